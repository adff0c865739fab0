from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "carportal.web"
    label = "web"
    verbose_name = _("Web")

    def ready(self) -> None:
        from carportal.web.dashboard.page import DASHBOARD
        from findings.saved.places import register_place

        register_place(DASHBOARD)
