"""Django's admin as the operator's administrators get it: a way to look, and to write through services alone.

Who is let in the Actor of the request says, not a flag of the account. Everything is read-only unless an
admin names the service that writes it; nothing is deleted, and what happens is on the audit trail, not in
the admin's own log.
"""

from functools import wraps
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.db import models
from django.http import Http404, HttpRequest
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from carportal.core.actor import Actor
from carportal.core.decorators import ActorRequest
from carportal.core.errors import DomainError, InvalidInput

Pattern = URLPattern | URLResolver


def may_administer(actor: Actor) -> bool:
    """The operator's managers; its compliance staff have pages of their own."""
    return actor.is_operator and actor.manages


def actor_of(request: HttpRequest) -> Actor:
    return cast("ActorRequest", request).actor


class AdministrationSite(admin.AdminSite):
    site_header = _("Administration")
    site_title = _("Administration – CAR portal")
    index_title = _("Administration")
    enable_nav_sidebar = False
    final_catch_all_view = False
    # Logging in, out and passwords have their own pages, with throttling.
    ROUTES = frozenset({"index", "app_list", "jsi18n"})

    def has_permission(self, request: HttpRequest) -> bool:
        return may_administer(actor_of(request))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002 - as Django calls it
        """As elsewhere: who is not logged in logs in, and for everybody else who may not, there is nothing here."""
        inside = super().admin_view(view, cacheable)

        @wraps(view)
        @require_http_methods(["GET", "HEAD", "POST"])
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not self.has_permission(request):
                raise Http404
            return inside(request, *args, **kwargs)

        return login_required(inner)

    def get_urls(self) -> list[Pattern]:
        return [
            each for each in super().get_urls() if isinstance(each, URLResolver) or each.name in self.ROUTES
        ]


site = AdministrationSite(name="admin")


class _AsSeen:
    """What may be seen of a model, and that nothing of it may be changed."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return may_administer(actor_of(request))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


class LookAdmin(_AsSeen, admin.ModelAdmin):  # type: ignore[type-arg]
    """A list and a page for each row, to look at."""

    actions = None
    view_on_site: Any = False
    show_full_result_count = False
    list_per_page = 50
    routes: tuple[str, ...] = ("changelist", "change")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_administer(actor_of(request))

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.visible_to(actor_of(request)) if hasattr(rows, "visible_to") else rows

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Under the name of what it lists: most rows are there to be looked at, not chosen to be changed."""
        title = str(self.opts.verbose_name_plural)
        return super().changelist_view(
            request, {"title": title[:1].upper() + title[1:]} | (extra_context or {})
        )

    def get_urls(self) -> list[URLPattern]:
        names = {f"{self.opts.app_label}_{self.opts.model_name}_{route}" for route in self.routes}
        return [each for each in super().get_urls() if each.name in names]


class LookInline(_AsSeen, admin.TabularInline):  # type: ignore[type-arg]
    extra = 0
    max_num = 0


class ServiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """Has the errors of what the service refused, when it is shown again for that."""

    refusal: DomainError | None = None

    def clean(self) -> dict[str, Any] | None:
        if isinstance(self.refusal, InvalidInput) and self.refusal.fields:
            for name, sentences in self.refusal.fields.items():
                for sentence in sentences:
                    self.add_error(name if name in self.fields else None, str(sentence))
        elif self.refusal is not None:
            self.add_error(None, str(self.refusal.message))
        return super().clean()


class ServiceAdmin(LookAdmin):
    """Rows that a service writes: `save_model` calls it, and nothing else writes."""

    form = ServiceForm

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return may_administer(actor_of(request))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        raise NotImplementedError(f"{type(self).__name__} names no service")

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service has recorded it."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The service has recorded it."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """What a service refuses is undone, and the form shown again with what it said."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as error:
            vars(request)["refusal"] = error
            return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        return type(form.__name__, (form,), {"refusal": vars(request).get("refusal")})
