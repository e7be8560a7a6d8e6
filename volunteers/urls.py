from django.urls import path

from volunteers import views

app_name = "volunteers"
urlpatterns = [
    path("volontar/", views.show_volunteer, name="volunteer_show"),
    path("pass/", views.list_shifts, name="shift_list"),
    path("pass/<str:public_id>/boka/", views.book_shift, name="shift_book"),
    path("pass/<str:public_id>/avboka/", views.unbook_shift, name="shift_unbook"),
]
