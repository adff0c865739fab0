"""The inbox of whoever is logged in: what the person was told, newest first, each with the way its mail showed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.inbox import mark_read
from carportal.core.models import Notification
from carportal.core.querysets import NotificationQuerySet

PAGE_SIZE = 25
# A place in the list is the id of the item there: the instants at which people are told stay the portal's own.
OLDER, NEWER = "older_than", "newer_than"
NEWEST_FIRST = ("-told_at", "-id")


@dataclass(frozen=True, slots=True)
class Page:
    items: list[Notification]
    newer_url: str = ""
    older_url: str = ""

    @property
    def last(self) -> Notification:
        return self.items[-1]

    @property
    def unread(self) -> list[Notification]:
        return [item for item in self.items if item.read_at is None]


class SeenForm(forms.Form):
    """What its reader has seen: unread items, by their ids, and the last item of a page that others follow."""

    def __init__(self, items: NotificationQuerySet, data: Any) -> None:
        super().__init__(data)
        self.fields["seen"] = forms.ModelMultipleChoiceField(items, required=False)
        self.fields["last"] = forms.ModelChoiceField(items, required=False)


@actor_required
@require_safe
def inbox(request: ActorRequest) -> HttpResponse:
    page = _page_of(Notification.objects.visible_to(request.actor), request.GET)
    return render(request, "inbox/page.html", {"page": page})


@actor_required
@require_POST
def open_item(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Mark it read and go where its mail leads.

    By POST, as every change: programs that fetch ahead what a page links to must not have read it.
    """
    item = get_object_or_404(Notification.objects.visible_to(request.actor), pk=pk)
    mark_read(actor=request.actor, ids=[item.pk])
    return redirect(item.path or "inbox")


@actor_required
@require_POST
def read_all(request: ActorRequest) -> HttpResponse:
    """Mark as read what the page showed and what is older: what has come since stays unread."""
    form = SeenForm(Notification.objects.visible_to(request.actor), request.POST)
    if form.is_valid():
        last = form.cleaned_data["last"]
        count = mark_read(
            actor=request.actor,
            ids=[item.pk for item in form.cleaned_data["seen"]],
            and_older_than=last.pk if last else None,
        )
        said = ngettext("%(n)s message is marked as read.", "%(n)s messages are marked as read.", count)
        messages.success(request, said % {"n": count})
    return redirect("inbox")


def _page_of(items: NotificationQuerySet, query: QueryDict) -> Page:
    """The page that the query asks for, the first one where that makes no sense or is empty."""
    newer, older = (_item(items, query.get(name, "")) for name in (NEWER, OLDER))
    if newer is not None:
        upwards = items.newer_than(newer).order_by("told_at", "id")
        found = list(upwards[: PAGE_SIZE + 1])
        if found:
            return _page(found[:PAGE_SIZE][::-1], newer=len(found) > PAGE_SIZE, older=True)
    elif older is not None:
        found = list(items.older_than(older).order_by(*NEWEST_FIRST)[: PAGE_SIZE + 1])
        if found:
            return _page(found[:PAGE_SIZE], newer=True, older=len(found) > PAGE_SIZE)
    found = list(items.order_by(*NEWEST_FIRST)[: PAGE_SIZE + 1])
    return _page(found[:PAGE_SIZE], newer=False, older=len(found) > PAGE_SIZE)


def _item(items: NotificationQuerySet, text: str) -> Notification | None:
    try:
        return items.filter(pk=UUID(text)).first()
    except ValueError:
        return None


def _page(items: list[Notification], *, newer: bool, older: bool) -> Page:
    return Page(
        items,
        newer_url=f"?{NEWER}={items[0].pk}" if newer else "",
        older_url=f"?{OLDER}={items[-1].pk}" if older else "",
    )
