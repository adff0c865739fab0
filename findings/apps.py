from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FindingsConfig(AppConfig):
    name = "findings"
    label = "findings"
    verbose_name = _("Findings")

    def ready(self) -> None:
        from carportal.core.audit import register_records
        from findings import admin, events, notifications, records  # noqa: F401 - admin registers itself
        from findings.actions import register_actions
        from findings.escalation import notifications as escalation_notifications
        from findings.escalation import services as escalation_services
        from findings.exporting import columns, register_columns
        from findings.filters import attention, own, register_filters, times
        from findings.own_actions import own_actions
        from findings.services import follow_relationship
        from stakeholders.hooks import on_relationship_changed

        events.register()
        register_records(records.OF_AUDIT, records.OF_CAR)
        notifications.register_kinds()
        escalation_notifications.register_kinds()
        on_relationship_changed(follow_relationship)
        on_relationship_changed(escalation_services.follow_relationship)
        register_actions(own_actions)
        register_columns(*columns.OWN)
        register_filters(*own.FILTERS, *times.FILTERS, *attention.FILTERS)
