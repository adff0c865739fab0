"""What the page of a CAR tells in pictures: the steps of the process, and the chain across audits."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from carportal.core.actor import Actor
from findings import policy
from findings.models import Audit, Finding, FindingStatus

Entry = dict[str, Any]


def steps_of(finding: Finding, actor: Actor) -> list[Entry]:
    """The three steps and where the CAR is; only for those who may know of step 1, and while it is under way."""
    if not finding.is_under_way or not policy.may_see_triage(actor, finding):
        return []
    understood = bool(finding.triages.all())
    published = finding.status == FindingStatus.IN_PROGRESS
    states = {
        _("Understand the CAR"): "done" if understood else "upcoming" if published else "current",
        _("Create the action plan"): "done" if published else "current" if understood else "upcoming",
        _("Keep it up to date"): "current" if published else "upcoming",
    }
    return [{"label": label, "state": state} for label, state in states.items()]


def chain_entries(chain: Sequence[Finding], shown: Finding) -> list[Entry]:
    """The members in order, and at last the audit that closed the chain; nothing for one that stands alone."""
    visible = {each.pk: each for each in chain}
    entries = [_entry(each, shown, visible) for each in chain]
    closed = [
        _closing(each, each.closed_by)
        for each in chain
        if each.closed_by is not None and each.raised_anew_as_id is None
    ]
    return [*entries, *closed] if len(entries) + len(closed) > 1 else []


def _entry(each: Finding, shown: Finding, visible: dict[Any, Finding]) -> Entry:
    is_shown = each.pk == shown.pk
    sentence = _("%(car)s raised by audit %(audit)s (%(type)s)") % {
        "car": each.reference,
        "audit": each.audit.reference,
        "type": each.audit.type_label.lower(),
    }
    if is_shown:
        sentence = _("This CAR: %(sentence)s") % {"sentence": sentence}
    title = "" if _name_of(each) == _name_of(shown) else f"{_name_of(each)}."
    return {
        "at": each.raised_on,
        "sentence": sentence,
        "url": "" if is_shown else reverse("finding", args=[each.pk]),
        "text": " ".join(filter(None, [title, _end_of(each, visible)])),
        "status": each.status,
        "status_label": each.status_label,
        "current": is_shown,
    }


def _name_of(each: Finding) -> str:
    return f"{each.raw_code} {each.issue_title}"


def _end_of(each: Finding, visible: dict[Any, Finding]) -> str:
    anew = visible.get(each.raised_anew_as_id)
    if anew is not None:
        return _("Raised anew as %(car)s, after the audit that had ended it was corrected.") % {
            "car": anew.reference
        }
    successor = visible.get(each.superseded_by_id)
    return _("Superseded by %(car)s.") % {"car": successor.reference} if successor is not None else ""


def _closing(each: Finding, audit: Audit) -> Entry:
    return {
        "at": audit.date,
        "sentence": _("%(car)s closed: audit %(audit)s ended it")
        % {"car": each.reference, "audit": audit.reference},
        "status": each.status,
        "status_label": each.status_label,
    }
