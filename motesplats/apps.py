from django.apps import AppConfig


class MotesplatsConfig(AppConfig):
    name = "motesplats"
    verbose_name = "Mötesplats"
