from django.urls import path

from chat import compare_views, desk_views, file_views, link_views, staff_views, views

app_name = "chat"
VERSION = "chatt/<str:public_id>/dokument/<str:document_id>/<int:number>"  # of a document, in this chat
urlpatterns = [
    path("chatt/<str:public_id>/", views.conversation_show, name="conversation_show"),
    path("chatt/<str:public_id>/lage/", views.conversation_state, name="conversation_state"),
    path("chatt/<str:public_id>/utskrift/", views.conversation_transcript, name="conversation_transcript"),
    path("chatt/<str:public_id>/skriv/", views.message_post, name="message_post"),
    path("chatt/<str:public_id>/forstar-inte/<int:seq>/", views.message_flag, name="message_flag"),
    path("chatt/<str:public_id>/avsluta/", views.conversation_finish, name="conversation_finish"),
    path("chatt/<str:public_id>/byt/", views.conversation_swap, name="conversation_swap"),
    path("chatt/<str:public_id>/fel/", views.conversation_stop, name="conversation_stop"),
    path("chatt/<str:public_id>/oppna/", views.conversation_reopen, name="conversation_reopen"),
    path("chatt/<str:public_id>/borta/", views.conversation_away, name="conversation_away"),
    path("chatt/<str:public_id>/lamna/", views.conversation_release, name="conversation_release"),
    path("chatt/<str:public_id>/adress/", views.address_edit, name="address_edit"),
    path("chatt/<str:public_id>/kod/", views.address_confirm, name="address_confirm"),
    path("chatt/<str:public_id>/spara/", link_views.link_save, name="link_save"),
    path("chatt/<str:public_id>/spara/avsluta/", link_views.links_end, name="links_end"),
    path("mina-fragor/lankar/", link_views.links_end_all, name="links_end_all"),
    path("chatt/<str:public_id>/lank/<str:token>/", link_views.link_show, name="link_show"),
    path("chatt/<str:public_id>/im/", views.conversation_open_as_staff, name="conversation_open_as_staff"),
    path("chatt/<str:public_id>/slapp/", staff_views.conversation_unhold, name="conversation_unhold"),
    path(f"{VERSION}/sida/<int:page>/", file_views.page_picture, name="page_picture"),
    path(f"{VERSION}/original/<int:position>/", file_views.original_download, name="original_download"),
    path(f"{VERSION}/jamfor/", compare_views.version_compare, name="version_compare"),
    path(f"{VERSION}/ljud/", file_views.sound_play, name="sound_play"),
    path("jour/", desk_views.desk_show, name="desk_show"),
    path("jour/lista/", desk_views.desk_fragment, name="desk_fragment"),
    path("jour/har/", desk_views.desk_switch, name="desk_switch"),
    path("jour/<str:public_id>/ta/", desk_views.request_claim, name="request_claim"),
]
