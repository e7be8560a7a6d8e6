from django.urls import path

from seekers import document_views, views

app_name = "seekers"
urlpatterns = [
    path("fraga/", views.ask, name="ask_start"),
    path("fraga/<slug:slug>/", views.ask, name="ask_step"),
    path("mina-fragor/", views.question_list, name="question_list"),
    path("mina-dokument/", document_views.document_list, name="document_list"),
    path("mina-dokument/ladda-ner/", document_views.document_archive, name="document_archive"),
    path("mina-dokument/<str:document_id>/sett/", document_views.viewing_list, name="viewing_list"),
    path("mina-dokument/<str:document_id>/spara/", document_views.document_keep, name="document_keep"),
]
