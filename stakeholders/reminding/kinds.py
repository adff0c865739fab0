"""Which kinds of reminders there are, registered by the rooms above, and the steps that hold for whom."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import OrganisationKind
from carportal.core.audit import EventKind, Reader, register_event_kinds
from stakeholders.models import ReminderSteps
from stakeholders.reminding.steps import Step, steps_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderKind:
    """One kind of date that people of an organisation are reminded of.

    `about` says from which date the days are counted, `told` who is reminded; both as a sentence of the page on
    which the days are chosen. The organisation may choose from `lowest` to `highest`, in days after the date
    (negative: before it); `days` are what holds where it did not. `follow(organisation_id, steps)` runs in the
    transaction that chose others.
    """

    name: str
    label: str | Promise
    about: str | Promise
    told: str | Promise
    days: tuple[int, ...]
    lowest: int
    highest: int
    concerns: frozenset[OrganisationKind]
    follow: Callable[[UUID, tuple[Step, ...]], None]


_kinds: dict[str, ReminderKind] = {}


def register_reminders(*kinds: ReminderKind) -> None:
    """Make them known, in the order in which pages show them; called from an app's `AppConfig.ready()`."""
    for kind in kinds:
        if _kinds.get(kind.name, kind) != kind:
            raise ValueError(f"the kind of reminder {kind.name!r} is registered twice, differently")
        _kinds[kind.name] = kind
        register_event_kinds(chosen(kind), put_back(kind))


def chosen(kind: ReminderKind) -> EventKind:
    """That an organisation chose days, on its record; told by the days as its people entered them."""
    return EventKind(
        f"reminders_chosen_{kind.name}",
        format_lazy(
            "{label}: {days}",
            label=kind.label,
            days=_(
                "chose other days of reminders (days before: %(before)s; on the day itself: %(on_the_day)s; days after: %(after)s)"
            ),
        ),
        frozenset(Reader),
    )


def put_back(kind: ReminderKind) -> EventKind:
    """That it went back to the usual days."""
    return EventKind(
        f"reminders_put_back_{kind.name}",
        format_lazy("{label}: {days}", label=kind.label, days=_("put back the usual days of reminders")),
        frozenset(Reader),
    )


def reminder_kind(name: str) -> ReminderKind:
    """The registered kind; LookupError for a name that nobody registered."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"no kind of reminder {name!r} is registered") from None


def kinds_of(organisation: OrganisationKind) -> list[ReminderKind]:
    """Those that concern an organisation of that kind."""
    return [kind for kind in _kinds.values() if organisation in kind.concerns]


def steps_for(kind: ReminderKind, organisation_ids: Iterable[UUID]) -> dict[UUID, tuple[Step, ...]]:
    """The steps that hold for each of the organisations, in one query: its own, else the usual ones."""
    ids = set(organisation_ids)
    chosen = ReminderSteps.objects.filter(kind=kind.name, organisation__in=ids)
    own = {
        organisation_id: steps_of(days)
        for organisation_id, days in chosen.values_list("organisation", "days")
    }
    usual = steps_of(kind.days)
    return {each: own.get(each, usual) for each in ids}


def steps_of_operator(kind: ReminderKind) -> tuple[Step, ...]:
    """Those that hold for the one organisation that runs the portal."""
    chosen = ReminderSteps.objects.filter(kind=kind.name, organisation__kind=OrganisationKind.OPERATOR)
    own = chosen.values_list("days", flat=True).first()
    return steps_of(kind.days if own is None else own)
