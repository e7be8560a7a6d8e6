from django.urls import path

from vacancies import employer_ad_views, employer_views, exchange_views, views, watch_views

app_name = "vacancies"
urlpatterns = [
    path("jobb/", views.vacancy_list, name="vacancy_list"),
    path("jobb/platsbanken/", exchange_views.imported_list, name="imported_list"),
    path("jobb/platsbanken/<str:source_id>/", exchange_views.imported_show, name="imported_show"),
    path("jobb/se-upp/", views.warning_show, name="warning_show"),
    path("jobb/bevakningar/", watch_views.watch_list, name="watch_list"),
    path("jobb/bevakningar/<str:search_id>/forlang/", watch_views.watch_prolong, name="watch_prolong"),
    path("jobb/bevakningar/<str:search_id>/ta-bort/", watch_views.watch_remove, name="watch_remove"),
    path("jobb/<str:public_id>/", views.vacancy_show, name="vacancy_show"),
    path("jobb/<str:public_id>/fel/", views.vacancy_report, name="vacancy_report"),
    path("arbetsgivare/", employer_views.employer_home, name="employer_home"),
    path("arbetsgivare/ansok/", employer_views.employer_apply, name="employer_apply"),
    path("arbetsgivare/annons/<str:public_id>/", employer_ad_views.ad_write, name="ad_write"),
    path("arbetsgivare/annons/<str:public_id>/titta/", employer_ad_views.ad_preview, name="ad_preview"),
    path("arbetsgivare/annons/<str:public_id>/skicka/", employer_ad_views.ad_submit, name="ad_submit"),
    path("arbetsgivare/annons/<str:public_id>/andra/", employer_ad_views.ad_withdraw, name="ad_withdraw"),
    path("arbetsgivare/annons/<str:public_id>/avsluta/", employer_ad_views.ad_end, name="ad_end"),
    path("arbetsgivare/annons/<str:public_id>/kopiera/", employer_ad_views.ad_copy, name="ad_copy"),
    path("arbetsgivare/annons/<str:public_id>/kasta/", employer_ad_views.ad_discard, name="ad_discard"),
    path("arbetsgivare/annons/<str:public_id>/hur-gick-det/", employer_ad_views.ad_outcome, name="ad_outcome"),
    path("arbetsgivare/<str:employer_id>/ny-annons/", employer_ad_views.ad_new, name="ad_new"),
    path("arbetsgivare/<str:employer_id>/uppgifter/", employer_views.employer_edit, name="employer_edit"),
    path("arbetsgivare/<str:employer_id>/medlemmar/", employer_views.employer_members, name="employer_members"),
    path("arbetsgivare/<str:employer_id>/besok/", employer_views.employer_visit, name="employer_visit"),
]
