"""How the portal runs, on one page for the operator's managers: its parts, its mail, and what was given up."""

from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from carportal.core.actor import Actor
from carportal.core.administration import may_administer
from carportal.core.bounces.models import MailAddress, MailReport
from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.health import Health, WorkFigures, health_now
from carportal.core.mailroom import given_up, send_again
from carportal.core.models import Delivery
from carportal.core.notifications import kind_in_words

SHOWN = 50  # of the mails that were given up, and of addresses; the others come once these are seen to

_PARTS = {
    "database": _("Database"),
    "broker": _("Message broker"),
    "workers": _("Workers"),
    "sweep": _("Mail being gone through"),
}


class Part(NamedTuple):
    label: str | Promise
    is_well: bool
    said: str  # what is wrong


class Sign(NamedTuple):
    """A row of a summary list."""

    key: str
    value: str


class GivenUp(NamedTuple):
    delivery: Delivery
    news: str
    may_be_sent: bool  # not while its address takes no mail


class InTrouble(NamedTuple):
    address: MailAddress
    said: MailReport


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def operations(request: ActorRequest) -> HttpResponse:
    """A POST has the mail that it names sent again, or by `all` every one that was given up."""
    if not may_administer(request.actor):
        raise Http404
    if request.method == "POST":
        ids = None if "all" in request.POST else _ids(request.POST.getlist("mail"))
        count = send_again(actor=request.actor, ids=ids)
        said = ngettext("%(n)s mail will be sent again.", "%(n)s mails will be sent again.", count)
        messages.success(request, said % {"n": count})
        return redirect("operations")
    health = health_now()
    context = {
        "is_well": health.is_well,
        "parts": _parts(health),
        "mail": health.mail,
        "signs": _signs(health.work) if health.work else [],
        "oldest_minutes": health.mail.oldest_waiting // 60 if health.mail else 0,
        "rows": _given_up(),
        "troubles": MailAddress.objects.visible_to(request.actor).in_trouble().count(),
        "addresses": _addresses(request.actor),
    }
    return render(request, "operations/page.html", context)


def _given_up() -> list[GivenUp]:
    rows = list(given_up()[:SHOWN])
    troubles = MailAddress.objects.troubles_of(each.notification.address.lower() for each in rows)
    return [
        GivenUp(each, kind_in_words(each.notification), each.notification.address.lower() not in troubles)
        for each in rows
    ]


def _addresses(actor: Actor) -> list[InTrouble]:
    """The latest first, each with the last that was said of it."""
    found = MailAddress.objects.visible_to(actor).in_trouble().prefetch_related("reports")
    rows = found.order_by("-since", "id")[:SHOWN]
    return [InTrouble(each, max(each.reports.all(), key=lambda report: report.at)) for each in rows]


def _parts(health: Health) -> list[Part]:
    states = health._asdict()
    return [Part(label, states[name] == "ok", states[name]) for name, label in _PARTS.items()]


def _signs(work: WorkFigures) -> list[Sign]:
    """What waits, when mail was gone through, and each worker, whoever was silent for longest first."""
    rows = [Sign(gettext("Tasks that wait for a worker"), str(work.tasks_waiting))]
    if (age := work.last_sweep) is not None:
        said = ngettext("%(n)s second ago", "%(n)s seconds ago", age) % {"n": age}
        rows.append(Sign(gettext("Mail was last gone through"), said))
    for name, age in work.workers.items():
        said = ngettext("took a task %(n)s second ago", "took a task %(n)s seconds ago", age) % {"n": age}
        rows.append(Sign(name, said))
    return rows


def _ids(values: list[str]) -> list[UUID]:
    """A form that was tampered with names nothing."""
    try:
        return [UUID(value) for value in values]
    except ValueError:
        return []
