from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VolunteersConfig(AppConfig):
    name = "volunteers"
    verbose_name = _("Volunteers")

    def ready(self):
        from volunteers import care_letters, certificate_letters, notifications  # only now are the models loaded

        notifications.register()
        care_letters.register()
        certificate_letters.register()
