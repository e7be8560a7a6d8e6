from django.urls import path

from volunteers import (
    alert_views,
    certificate_views,
    course_views,
    feed_views,
    joining_views,
    rehearsal_views,
    shift_views,
    views,
)

app_name = "volunteers"
urlpatterns = [
    path("volontar/", views.show_volunteer, name="volunteer_show"),
    path("volontar/om-mig/", joining_views.edit_about, name="about_edit"),
    path("volontar/regler/", joining_views.show_conduct, name="conduct_show"),
    path("volontar/regler/<str:version>/", joining_views.show_conduct_version, name="conduct_version"),
    path("volontar/notiser/", alert_views.edit_alerts, name="alerts_edit"),
    path("volontar/notiser/enhet/", alert_views.add_device, name="device_add"),
    path("volontar/notiser/enhet/<str:public_id>/ta-bort/", alert_views.remove_device, name="device_remove"),
    path("volontar/intyg/mina/", certificate_views.list_certificates, name="certificate_list"),
    path("volontar/intyg/referens/avsluta/", certificate_views.end_reference, name="reference_end"),
    path("volontar/intyg/referens/", certificate_views.ask_reference, name="reference_ask"),
    path("volontar/intyg/<str:code>/", certificate_views.read_certificate, name="certificate_read"),
    path("volontar/intyg/<str:code>/ta-tillbaka/", certificate_views.withdraw_certificate, name="certificate_withdraw"),
    path("intyg/", certificate_views.check_certificate, name="certificate_check"),
    path("intyg/<str:code>/", certificate_views.show_certificate, name="certificate_show"),
    path("volontar/kurs/", course_views.show_course, name="course_show"),
    path("volontar/kurs/<int:number>/", course_views.read_part, name="course_read"),
    path("volontar/ova/", rehearsal_views.show_rehearsal, name="rehearsal_show"),
    path("volontar/ova/borja/", rehearsal_views.start, name="rehearsal_start"),
    path("pass/", views.list_shifts, name="shift_list"),
    path("pass/nu/", shift_views.stand_by, name="shift_stand_by"),
    path("pass/kalender/", feed_views.show_feed, name="feed_show"),
    path("pass/kalender/<str:token>.ics", feed_views.read_feed, name="feed_read"),
    path("pass/varje-vecka/<str:public_id>/", shift_views.change_standing, name="standing_change"),
    path("pass/plats/<str:token>/", shift_views.show_seat, name="seat_show"),
    path("pass/<str:public_id>/erbjud/", shift_views.offer_seat, name="seat_offer"),
    path("pass/<str:public_id>/ta-over/", shift_views.take_over_seat, name="seat_take_over"),
    path("pass/<str:public_id>/boka/", views.book_shift, name="shift_book"),
    path("pass/<str:public_id>/avboka/", views.unbook_shift, name="shift_unbook"),
]
