"""Reading the events of an aggregate as a timeline, in its reader's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from carportal.core.actor import ActorKind
from carportal.core.audit.chain import Value
from carportal.core.audit.kinds import EventKind, Reader, event_kind, kinds_for
from carportal.core.models import Aggregate, AuditEvent
from carportal.core.prepared import prepared
from carportal.core.together import Reads, alone


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event as a reader sees it; `who` is empty only when nobody's name is known.

    `names_somebody` where it says something of people that could be taken out.
    """

    at: datetime
    who: str
    sentence: str
    sequence: int
    kind: str
    is_redacted: bool = False
    names_somebody: bool = False


def timeline_of(
    *,
    aggregate: Aggregate,
    aggregate_id: UUID,
    reader: Reader,
    party_id: UUID | None = None,
    typed_in_as: UUID | None = None,
    beside: Reader | None = None,
    newest: int | None = None,
) -> Reads[list[TimelineEntry]]:
    """The aggregate's events that this reader may see, oldest first, in the active language.

    `party_id` is the reader's own organisation: a party sees what is for every party, and what is for
    itself alone, also under the id `typed_in_as` that it had before it was known. With `beside`, who looks at
    what this reader sees, it is what both of them may read. `newest` is how many are wanted, None for all of them.
    """
    kinds = tuple(sorted(set(kinds_for(reader)).intersection(kinds_for(beside or reader))))
    own = tuple(each for each in (party_id, typed_in_as) if each is not None)
    wanted = _events(aggregate, aggregate_id, kinds, own if reader == Reader.PARTY else None, newest)
    yield [wanted]
    return [_entry(event) for event in wanted][::-1]


@prepared
def _events(
    aggregate: Aggregate,
    aggregate_id: UUID,
    kinds: tuple[str, ...],
    parties: tuple[UUID, ...] | None,
    newest: int | None,
) -> QuerySet[AuditEvent]:
    """The latest first, with what they say of people; of `parties`, where given, what is theirs or everybody's."""
    events = AuditEvent.objects.filter(aggregate=aggregate, aggregate_id=aggregate_id, kind__in=kinds)
    if parties is not None:
        events = events.filter(Q(party_id=None) | Q(party_id__in=parties))
    return events.select_related("content").order_by("-sequence")[:newest]


timeline = alone(timeline_of)


def _entry(event: AuditEvent) -> TimelineEntry:
    kind = event_kind(event.kind)
    content = event.content.content
    personal = content["data"] if content else {}
    values = _Values({name: _shown(value, name, kind) for name, value in {**event.data, **personal}.items()})
    return TimelineEntry(
        at=event.at,
        who=_who(event, content),
        sentence=str(kind.sentence) % values,
        sequence=event.sequence,
        kind=event.kind,
        is_redacted=content is None,
        names_somebody=content is not None and any(content.values()),
    )


def _who(event: AuditEvent, content: Mapping[str, Any] | None) -> str:
    if event.actor_kind == ActorKind.SYSTEM:
        return _("The portal")
    if content is None:
        return _("Name removed")
    return ", ".join(filter(None, [content["actor_name"], content["organisation_name"]]))


class _Values(dict[str, object]):
    """The values of a sentence; what was redacted says so."""

    def __missing__(self, key: str) -> str:
        return _("(removed)")


def _shown(value: Value, name: str, kind: EventKind) -> object:
    choices = kind.choices.get(name)
    if isinstance(value, list | tuple):
        return ", ".join(str(_shown(item, name, kind)) for item in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value == "":
        return "–"
    if choices is not None and value in choices.values:
        return choices(value).label
    return _day_in_words(value) if isinstance(value, str) else value


def _day_in_words(text: str) -> str:
    """A day as people write it, where the text is one (`2026-10-13`); any other text as it is."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return date_format(day, "j F Y") if day.isoformat() == text else text
