from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StakeholdersConfig(AppConfig):
    name = "stakeholders"
    label = "stakeholders"
    verbose_name = _("People and organisations")

    def ready(self) -> None:
        from carportal.core.audit import register_actor_names, register_records
        from carportal.core.bounces.hooks import on_mail_resumed, on_mail_stopped
        from stakeholders import (  # noqa: F401 - admin registers itself
            admin,
            events,
            mail_notifications,
            notifications,
            records,
        )
        from stakeholders.acting import names_of
        from stakeholders.services.mail import follow_mail_resumed, follow_mail_stopped

        events.register()
        notifications.register_kinds()
        mail_notifications.register_kinds()
        on_mail_stopped(follow_mail_stopped)
        on_mail_resumed(follow_mail_resumed)
        register_actor_names(names_of)
        register_records(records.RECORD)
