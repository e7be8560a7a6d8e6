from django.urls import path

from vacancies import employer_views, views

app_name = "vacancies"
urlpatterns = [
    path("jobb/", views.vacancy_list, name="vacancy_list"),
    path("jobb/<str:public_id>/", views.vacancy_show, name="vacancy_show"),
    path("arbetsgivare/", employer_views.employer_home, name="employer_home"),
]
