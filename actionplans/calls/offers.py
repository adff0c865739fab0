"""What can be proposed: times that are still to come, a length, and a way to meet."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.annex import Field, FieldKind, clean_value
from actionplans.calls.models import Duration, Purpose
from carportal.core.errors import InvalidInput

MOST_SLOTS = 3
FARTHEST = timedelta(days=366)  # one farther off is a slip of the keyboard
PHONE = re.compile(r"\+?\d[\d\s().,/#*-]{3,58}")

TOPIC = Field("topic", gettext_lazy("In your own words"), FieldKind.LINE, "", "", max_length=200)
WHERE = Field("where", gettext_lazy("Link or phone number"), FieldKind.LINE, "", "", max_length=300)
_is_secure_address = URLValidator(schemes=["https"])


class Offer(NamedTuple):
    """Times to choose from, how many minutes, and the link or phone number at which to meet."""

    slots: Sequence[datetime]
    duration: int
    where: str


class Subject(NamedTuple):
    """What a call is for; a topic in own words where none of the purposes fits."""

    purpose: str
    topic: str = ""


def clean_offer(offer: Offer, *, now: datetime) -> Offer:
    """The times in their order; InvalidInput by field for what cannot be."""
    refused: dict[str, list[str]] = {}
    if not offer.slots:
        refused["slot_1"] = [_("Enter at least one day and time.")]
    for number, slot in enumerate(offer.slots, start=1):
        if sentence := _problem_of(slot, offer.slots[: number - 1], now):
            refused[f"slot_{number}"] = [sentence]
    if len(offer.slots) > MOST_SLOTS:
        refused["slot_1"] = [_("Propose at most %(most)s times.") % {"most": MOST_SLOTS}]
    if offer.duration not in Duration.values:
        refused["duration"] = [_("Choose how long the call is to be.")]
    where = clean_value(WHERE, offer.where)
    if sentence := _problem_of_where(where):
        refused["where"] = [sentence]
    if refused:
        raise InvalidInput(_("This cannot be proposed as it is."), fields=refused)
    return Offer(sorted(offer.slots), offer.duration, where)


def clean_subject(subject: Subject) -> Subject:
    """InvalidInput by field."""
    if subject.purpose not in Purpose.values:
        raise _refused("purpose", _("Choose what the call is for."))
    if subject.purpose != Purpose.OTHER:
        return Subject(subject.purpose)
    topic = clean_value(TOPIC, subject.topic)
    if not topic:
        raise _refused("topic", _("Say in a few words what the call is for."))
    return Subject(subject.purpose, topic)


def _problem_of(slot: datetime, earlier: Sequence[datetime], now: datetime) -> str:
    if slot <= now:
        return _("This time has passed. Choose one that is still to come.")
    if slot > now + FARTHEST:
        return _("Choose a time within a year.")
    if slot in earlier:
        return _("You have entered this time already.")
    return ""


def _problem_of_where(where: str) -> str:
    if not where:
        return _("Enter a link that begins with https://, or a phone number.")
    if PHONE.fullmatch(where):
        return ""
    try:
        _is_secure_address(where)
    except ValidationError:
        return _("Enter a link that begins with https://, or a phone number such as +44 20 7946 0000.")
    return ""


def _refused(field: str, sentence: str) -> InvalidInput:
    return InvalidInput(sentence, fields={field: [sentence]})
