from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    name = "chat"
    verbose_name = _("Chat")

    def ready(self):
        from chat import (  # only now are the models loaded
            alert_mail,
            answer_mail,
            bounces,
            document_mail,
            documents,
            evening_mail,
            finish_mail,
            imap_door,
            inbound,
            links,
            meeting_mail,
            meetings,
            notifications,
            review_mail,
            round_trip,
            unread_mail,
        )
        from motesplats import access, agreed_times, health, reach
        from seekers import preparation

        notifications.register()
        review_mail.register()
        unread_mail.register()
        evening_mail.register()
        document_mail.register()
        alert_mail.register()
        answer_mail.register()
        round_trip.register()
        meeting_mail.register()
        agreed_times.found_in(meetings)
        reach.told_by(bounces)
        finish_mail.register()
        preparation.when_done(documents.prepared)
        health.CHECKS["inbound"] = inbound.flows
        health.CHECKS["mailboxes"] = imap_door.all_answer
        access.check_grants_with(links.not_revoked)
