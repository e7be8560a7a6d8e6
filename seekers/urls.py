from django.urls import path

from seekers import views

app_name = "seekers"
urlpatterns = [
    path("fraga/", views.ask, name="ask_start"),
    path("fraga/<slug:slug>/", views.ask, name="ask_step"),
    path("mina-fragor/", views.question_list, name="question_list"),
]
