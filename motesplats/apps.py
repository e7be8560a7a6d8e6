from django.apps import AppConfig


class MotesplatsConfig(AppConfig):
    name = "motesplats"
    verbose_name = "Mötesplats"

    def ready(self):
        from motesplats import celery, notifications  # models can be imported only now

        celery.app.set_default()  # every thread's tasks are this app's
        notifications.register()
