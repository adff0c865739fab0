from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StakeholdersConfig(AppConfig):
    name = "stakeholders"
    label = "stakeholders"
    verbose_name = _("People and organisations")

    def ready(self) -> None:
        from carportal.core.audit import register_actor_names, register_records
        from stakeholders import admin, events, notifications, records  # noqa: F401 - admin registers itself
        from stakeholders.acting import names_of

        events.register()
        notifications.register_kinds()
        register_actor_names(names_of)
        register_records(records.RECORD)
