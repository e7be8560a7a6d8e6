"""The demo's pages. They answer 404 unless DEMO and DEBUG are on, so the addresses may always be there."""

from django.urls import path

from motesplats import demo_views

app_name = "demo"
urlpatterns = [
    path("", demo_views.people, name="people"),
    path("mejl/", demo_views.mails, name="mails"),
]
