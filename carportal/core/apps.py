from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "carportal.core"
    label = "core"
    verbose_name = _("Mail")

    def ready(self) -> None:
        from carportal.core import admin  # noqa: F401 - registers what administrators see
        from carportal.core.catalogs import remember_texts

        remember_texts()
