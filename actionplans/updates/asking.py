"""The parties whose reply is awaited on many CARs at once, as who would remind them may know; nothing is written here."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from actionplans.guests.mails import guests_of
from actionplans.plans.drafts import today_at
from actionplans.plans.mails import writers_by_organisation
from actionplans.sharing.models import PlanShare, SharedRevision
from actionplans.updates.reminders import REPLY_AWAITED
from carportal.core.actor import Actor
from carportal.core.models import Notification
from carportal.core.notifications import Recipient
from findings.querysets import FindingQuerySet
from stakeholders.reminding import Step

MOST = 200  # replies that are asked for at once; each is a transaction of its own


def step_of_today(share: PlanShare, now: datetime) -> Step | None:
    """What a reminder sent now is called, so that no day has two; None on the day of the asking itself.

    It is called as the portal's own of that day would be, and so is the same to whoever is owed both.
    """
    if share.asked_on is None:
        return None
    days = (today_at(share.plan.finding.site, now) - share.asked_on).days
    return Step(days) if days > 0 else None


@dataclass(frozen=True, slots=True)
class Awaited:
    """A reply that is awaited, and who can give it."""

    share_id: UUID
    finding_id: UUID
    party: str
    sent_id: UUID
    step: Step | None
    people: Sequence[Recipient]
    told: int  # of these people are told today already

    @property
    def is_to_remind(self) -> bool:
        return self.step is not None and len(self.people) > self.told


@dataclass(frozen=True)
class Outlook:
    """What a reminder about these CARs would do; `is_too_long` where there are more replies than are asked for at once."""

    awaited: Sequence[Awaited]
    is_too_long: bool

    @cached_property
    def to_remind(self) -> list[Awaited]:
        return [each for each in self.awaited if each.is_to_remind]

    @property
    def people(self) -> int:
        """How many messages leave; who is concerned with two CARs gets two."""
        return sum(len(each.people) - each.told for each in self.to_remind)

    @property
    def parties(self) -> list[str]:
        return sorted({each.party for each in self.to_remind})

    @property
    def cars(self) -> int:
        """How many CARs somebody is reminded of."""
        return len({each.finding_id for each in self.to_remind})

    @property
    def told_today(self) -> int:
        """Replies of which everybody has been reminded today, or was asked only today."""
        return sum(1 for each in self.awaited if each.people and not each.is_to_remind)

    @property
    def without_people(self) -> int:
        return sum(1 for each in self.awaited if not each.people)

    @property
    def digest(self) -> str:
        """Of what leaves to whom, for who has looked at it to say so."""
        lines = sorted(
            f"{each.share_id} {each.sent_id} {len(each.people) - each.told}" for each in self.to_remind
        )
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def outlook_of(actor: Actor, findings: FindingQuerySet, now: datetime | None = None) -> Outlook:
    """In four queries, however many CARs there are."""
    now = now or timezone.now()
    newest = SharedRevision.objects.filter(share=OuterRef("pk")).order_by("-sent_at").values("pk")[:1]
    shares = (
        PlanShare.objects.with_state_open_to(actor)
        .waiting_for_reply()
        .filter(plan__finding__in=findings.order_by(), asked_on__isnull=False)
        .annotate(newest=Subquery(newest))
        .select_related("organisation", "plan__finding__site")
        .order_by("plan__finding__reference", "organisation__name", "pk")
    )
    found = list(shares[: MOST + 1])
    writers = writers_by_organisation(share.organisation_id for share in found)
    guests = guests_of(*(share.pk for share in found))
    steps = {share.pk: step_of_today(share, now) for share in found}
    told = _told({vars(share)["newest"]: step for share in found if (step := steps[share.pk])})
    awaited = []
    for share in found[:MOST]:
        sent_id: UUID = vars(share)["newest"]
        people = _each_once([*writers.get(share.organisation_id, []), *guests[share.pk]])
        awaited.append(
            Awaited(
                share_id=share.pk,
                finding_id=share.plan.finding_id,
                party=share.organisation.name,
                sent_id=sent_id,
                step=steps[share.pk],
                people=people,
                told=sum(1 for person in people if (sent_id, _who(person)) in told),
            )
        )
    return Outlook(awaited, len(found) > MOST)


def _told(steps: dict[UUID, Step]) -> set[tuple[UUID, UUID | str]]:
    """Of each sending who has been reminded of it by its step."""
    owed = Notification.objects.filter(kind=REPLY_AWAITED.name, object_id__in=steps)
    rows = owed.values_list("object_id", "recipient", "address", "period")
    return {(sent, person or address) for sent, person, address, period in rows if period == steps[sent].name}


def _who(person: Recipient) -> UUID | str:
    return person.user_id or person.email


def _each_once(people: Sequence[Recipient]) -> list[Recipient]:
    """Whoever logs in and has a link as well is one."""
    return list({person.email: person for person in reversed(people)}.values())
