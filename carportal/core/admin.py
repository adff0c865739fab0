"""Mail, for whoever helps somebody that has not got any: where it went and why not, never what it says."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from carportal.core import administration
from carportal.core.administration import LookAdmin, LookInline
from carportal.core.models import Delivery, Notification
from carportal.core.notifications import kind_in_words


class MailAdmin(LookAdmin):
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Without the line below the title, which would be a number of the mail server’s."""
        return super().change_view(request, object_id, form_url, {"subtitle": None} | (extra_context or {}))


@admin.register(Delivery, site=administration.site)
class DeliveryAdmin(MailAdmin):
    list_display = ("recipient", "news", "state", "attempts", "next_attempt_at", "sent_at")
    list_filter = ("state",)
    list_select_related = ("notification",)
    search_fields = ("notification__address",)
    ordering = ("-next_attempt_at",)
    fields = (
        "recipient",
        "news",
        "state",
        "attempts",
        "next_attempt_at",
        "sent_at",
        "last_error",
        "message_id",
    )
    readonly_fields = ("recipient", "news")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("subject", "text", "html", "calendar")

    @admin.display(description=_("to"), ordering="notification__address")
    def recipient(self, delivery: Delivery) -> str:
        return delivery.notification.address

    @admin.display(description=_("news"))
    def news(self, delivery: Delivery) -> str:
        return kind_in_words(delivery.notification)


class DeliveryInline(LookInline):
    model = Delivery
    fields = ("channel", "state", "attempts", "sent_at", "last_error")
    readonly_fields = fields


@admin.register(Notification, site=administration.site)
class NotificationAdmin(MailAdmin):
    list_display = ("address", "name", "news", "created_at", "read_at")
    search_fields = ("address", "name")
    ordering = ("-created_at",)
    fields = ("address", "name", "news", "language", "created_at", "read_at")
    readonly_fields = ("news", "created_at")
    inlines = (DeliveryInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Everybody's, past what `LookAdmin` narrows to: whose page this is, helps others, and has its own inbox."""
        return super(LookAdmin, self).get_queryset(request)

    @admin.display(description=_("news"))
    def news(self, notification: Notification) -> str:
        return kind_in_words(notification)
