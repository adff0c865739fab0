"""The titles of Workplace Requirements, entered and changed here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from carportal.core import administration
from carportal.core.administration import ServiceAdmin, actor_of, may_administer
from findings import services
from findings.models import RequirementTitle


@admin.register(RequirementTitle, site=administration.site)
class RequirementTitleAdmin(ServiceAdmin):
    list_display = ("requirement", "title", "area")
    list_display_links = ("requirement", "title")
    list_filter = ("area",)
    search_fields = ("title",)
    fields = ("area", "letter", "title")
    routes = ("changelist", "add", "change")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return may_administer(actor_of(request))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:  # noqa: ARG002
        return ("area", "letter") if obj else ()

    def save_model(self, request: HttpRequest, obj: RequirementTitle, form: Any, change: bool) -> None:  # noqa: ARG002, FBT001
        actor = actor_of(request)
        if change:
            services.change_requirement_title(actor=actor, title_id=obj.pk, title=obj.title)
        else:
            made = services.add_requirement_title(actor=actor, requirement=obj.requirement, title=obj.title)
            obj.pk = made.pk
