from django.apps import AppConfig


class MotesplatsConfig(AppConfig):
    name = "motesplats"
    verbose_name = "Mötesplats"

    def ready(self):
        from motesplats import notifications  # models can be imported only now

        notifications.register()
