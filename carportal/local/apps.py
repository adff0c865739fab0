from django.apps import AppConfig


class LocalConfig(AppConfig):
    name = "carportal.local"
    label = "local"
