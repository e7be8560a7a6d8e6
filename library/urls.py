from django.urls import path

from library import partner_views, views

app_name = "library"
urlpatterns = [
    path("tips/", views.resource_list, name="resource_list"),
    path("tips/partner/", partner_views.partner_list, name="partner_list"),
    path("tips/min-lista/", views.kept_list, name="kept_list"),
    path("tips/<slug:slug>/", views.resource_show, name="resource_show"),
    path("tips/<slug:slug>/hjalpte/", views.resource_answer, name="resource_answer"),
    path("tips/<slug:slug>/spara/", views.resource_keep, name="resource_keep"),
]
