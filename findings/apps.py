from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FindingsConfig(AppConfig):
    name = "findings"
    label = "findings"
    verbose_name = _("Findings")

    def ready(self) -> None:
        from carportal.core.audit import register_records
        from carportal.core.digests import register_car_names
        from findings import admin, events, notifications, records  # noqa: F401 - admin registers itself
        from findings.actions import register_actions
        from findings.escalation import notifications as escalation_notifications
        from findings.escalation import services as escalation_services
        from findings.exporting import columns, register_columns
        from findings.exporting import notifications as file_notifications
        from findings.filters import attention, named, own, register_filters, times
        from findings.own_actions import own_actions
        from findings.saved.places import LIST, register_place
        from findings.searching import own as own_searching
        from findings.searching import register_sources
        from findings.sections import register_section
        from findings.selecting import register_act
        from findings.services import follow_relationship
        from findings.views.selections import save_act
        from findings.views.snoozing import mails_section
        from stakeholders.hooks import on_relationship_changed

        events.register()
        register_records(records.OF_AUDIT, records.OF_CAR)
        notifications.register_kinds()
        register_car_names(notifications.car_names)
        escalation_notifications.register_kinds()
        file_notifications.register_kinds()
        on_relationship_changed(follow_relationship)
        on_relationship_changed(escalation_services.follow_relationship)
        register_actions(own_actions)
        register_section(mails_section)
        register_columns(*columns.OWN)
        register_sources(own_searching.SITES, own_searching.CARS)
        register_act(save_act)
        register_place(LIST)
        register_filters(*own.FILTERS, *named.FILTERS, *times.FILTERS, *attention.FILTERS)
