from django.urls import path

from volunteers import alert_views, views

app_name = "volunteers"
urlpatterns = [
    path("volontar/", views.show_volunteer, name="volunteer_show"),
    path("volontar/notiser/", alert_views.edit_alerts, name="alerts_edit"),
    path("pass/", views.list_shifts, name="shift_list"),
    path("pass/<str:public_id>/boka/", views.book_shift, name="shift_book"),
    path("pass/<str:public_id>/avboka/", views.unbook_shift, name="shift_unbook"),
]
