"""People, organisations and sites to look up; what changes them are the portal's own pages, which each links to."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from carportal.core import administration
from carportal.core.administration import LookAdmin, LookInline, ServiceAdmin, actor_of
from stakeholders import services
from stakeholders.models import Invitation, Membership, Organisation, Site, TradingRelationship, User


class RelationshipFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, *_args: Any) -> list[tuple[str, Any]]:
        return [("current", _("Current")), ("ended", _("Ended"))]

    def queryset(self, _request: HttpRequest, rows: Any) -> Any:
        return {"current": rows.current(), "ended": rows.exclude(ended_at=None)}.get(self.value() or "", rows)


class InvitationFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, *_args: Any) -> list[tuple[str, Any]]:
        return [
            ("pending", _("Can be accepted")),
            ("expired", _("Expired")),
            ("accepted", _("Accepted")),
            ("revoked", _("Withdrawn")),
        ]

    def queryset(self, _request: HttpRequest, rows: Any) -> Any:
        now = timezone.now()
        return {
            "pending": rows.pending(now),
            "expired": rows.open().filter(expires_at__lte=now),
            "accepted": rows.exclude(accepted_at=None),
            "revoked": rows.exclude(revoked_at=None),
        }.get(self.value() or "", rows)


class MembershipInline(LookInline):
    model = Membership
    fields = readonly_fields = ("organisation", "role", "created_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user", "organisation")


@admin.register(User, site=administration.site)
class UserAdmin(ServiceAdmin):
    list_display = ("name", "email", "is_active", "date_joined", "last_login")
    list_filter = ("is_active",)
    search_fields = ("name", "email")
    ordering = ("name",)
    fields = ("name", "email", "is_active", "language", "time_zone", "date_joined", "last_login")
    readonly_fields = ("name", "email", "language", "time_zone", "date_joined", "last_login")
    inlines = (MembershipInline,)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: ARG002, FBT001
        services.set_may_log_in(actor=actor_of(request), user_id=obj.pk, may_log_in=obj.is_active)


@admin.register(Organisation, site=administration.site)
class OrganisationAdmin(LookAdmin):
    list_display = ("name", "reference", "kind", "created_at")
    list_filter = ("kind", "is_uk_retailer")
    search_fields = ("name", "^reference")
    fields = ("name", "reference", "kind", "is_uk_retailer", "created_at")

    def view_on_site(self, obj: Organisation) -> str:
        return reverse("organisation_detail", args=[obj.pk])


@admin.register(Site, site=administration.site)
class SiteAdmin(LookAdmin):
    list_display = ("name", "reference", "supplier", "country", "sector")
    list_filter = ("sector",)
    list_select_related = ("supplier",)
    search_fields = ("name", "^reference")
    fields = ("name", "reference", "supplier", "address", "country", "sector", "time_zone", "created_at")

    def view_on_site(self, obj: Site) -> str:
        return reverse("site", args=[obj.pk])


@admin.register(TradingRelationship, site=administration.site)
class TradingRelationshipAdmin(LookAdmin):
    """The supplier alone says who buys from its site, and what they see."""

    list_display = ("site", "customer", "visibility", "created_at", "ended_at")
    list_filter = (RelationshipFilter, "visibility")
    list_select_related = ("site", "customer")
    search_fields = ("site__name", "^site__reference", "customer__name", "^customer__reference")
    ordering = ("site__name", "customer__name")
    fields = ("site", "customer", "visibility", "created_at", "ended_at")


@admin.register(Membership, site=administration.site)
class MembershipAdmin(LookAdmin):
    list_display = ("user", "organisation", "role", "created_at")
    list_filter = ("role",)
    list_select_related = ("user", "organisation")
    search_fields = ("user__name", "user__email", "organisation__name", "^organisation__reference")
    ordering = ("user__name", "organisation__name")
    fields = ("user", "organisation", "role", "created_at")

    def view_on_site(self, obj: Membership) -> str:
        return reverse("organisation_detail", args=[obj.organisation_id])


@admin.register(Invitation, site=administration.site)
class InvitationAdmin(LookAdmin):
    list_display = ("email", "organisation", "role", "expires_at", "accepted_at", "revoked_at")
    list_filter = (InvitationFilter,)
    list_select_related = ("organisation",)
    search_fields = ("email", "organisation__name")
    ordering = ("-created_at",)
    fields = (
        "email",
        "organisation",
        "role",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
        "revoked_at",
    )

    def view_on_site(self, obj: Invitation) -> str:
        return reverse("organisation_detail", args=[obj.organisation_id])
