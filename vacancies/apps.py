from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VacanciesConfig(AppConfig):
    name = "vacancies"
    verbose_name = _("Jobs and internships")

    def ready(self):
        from vacancies import notifications, watch_mails  # only now are the models loaded

        notifications.register()
        watch_mails.register()
