"""What publishing an audit will do, in plain words for whoever is about to do it.

An auditor may come upon CARs of another company's audits, which it does not see: of those it reads the
requirement that its own audit assessed, and no more. Where a choice needs more, the operator publishes.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carportal.core.actor import Actor
from findings import policy
from findings.forms.publishing import AskedChoice, AskedDecision
from findings.models import AuditEntry, Finding, LeftReason
from findings.publishing import Choice, Left
from findings.services import Preview


class Row(NamedTuple):
    """A CAR of the preview, and why it is there."""

    name: str
    title: str
    reason: str = ""
    url: str = ""


class Outlook:
    """A preview through the eyes of one actor.

    `new` are CARs, by their titles, that audits published before this one will have raised by then.
    """

    def __init__(self, preview: Preview, actor: Actor, new: Mapping[UUID, str] | None = None) -> None:
        self.audit = preview.audit
        self.plan = preview.plan
        self.digest = preview.digest
        self._loaded = preview.loaded
        self._actor = actor
        self._new = new or {}
        self._copies = {each.car: each.old for each in self.plan.raised_anew if each.is_copy and each.car}

    @cached_property
    def _visible(self) -> frozenset[UUID]:
        rows = Finding.objects.visible_to(self._actor).filter(site=self.audit.site_id)
        return frozenset(rows.values_list("pk", flat=True))

    # --- The sentence ---------------------------------------------------------------------------

    @cached_property
    def sentence(self) -> str:
        """ "This raises 3 CARs, supersedes 2, closes 1 and leaves 1 for you to decide." """
        plan = self.plan
        to_decide = sum(not self._stays(each) for each in plan.left)
        left = (
            ngettext("leaves %(n)s for you to decide", "leaves %(n)s for you to decide", to_decide)
            if policy.may_decide_left(self._actor)
            else ngettext(
                "leaves %(n)s for the operator to decide",
                "leaves %(n)s for the operator to decide",
                to_decide,
            )
        )
        parts = [
            (len(plan.raised), ngettext("raises %(n)s CAR", "raises %(n)s CARs", len(plan.raised))),
            (
                len(plan.raised_anew),
                ngettext("raises %(n)s anew", "raises %(n)s anew", len(plan.raised_anew)),
            ),
            (len(self.corrected), ngettext("corrects %(n)s", "corrects %(n)s", len(self.corrected))),
            (len(plan.superseded), ngettext("supersedes %(n)s", "supersedes %(n)s", len(plan.superseded))),
            (len(plan.closed), ngettext("closes %(n)s", "closes %(n)s", len(plan.closed))),
            (to_decide, left),
        ]
        told = [text % {"n": n} for n, text in parts if n]
        if not told:
            return _("This raises no CAR and ends none.")
        if not plan.raised:
            told.insert(0, _("raises no new CAR"))
        return _("This %(does)s.") % {"does": get_text_list(told, _("and"))}

    # --- The lists ------------------------------------------------------------------------------

    @cached_property
    def raised(self) -> list[Row]:
        entries = (self._loaded.entries[pk] for pk in self.plan.raised)
        return [Row(entry.raw_code, entry.issue_title) for entry in entries]

    @cached_property
    def corrected(self) -> list[Row]:
        """CARs under way that go on with another text or date."""
        return [
            self._row(car, _("This edition says of it: %(title)s") % {"title": _titled(entry)})
            for car, entry in ((car, self._loaded.entries[entry]) for car, entry in self.plan.kept)
            if self._is_changed(car, entry)
        ]

    @cached_property
    def raised_anew(self) -> list[Row]:
        sentence = _("The edition before this one ended it; this one would not. It goes on as %(car)s.")
        copied = _(
            "The edition before this one ended it; this one would not. It goes on under a new reference."
        )
        unknown = _(
            "The edition before this one ended it; this one would not. Choose below as which CAR it goes on."
        )
        rows = []
        for each in self.plan.raised_anew:
            reason = (
                unknown
                if each.car is None
                else copied
                if each.is_copy
                else sentence % {"car": self._name(each.car)}
            )
            rows.append(self._row(each.old, reason))
        return rows

    @cached_property
    def superseded(self) -> list[Row]:
        rows = []
        for each in self.plan.superseded:
            facts = {"audit": self._audit_name(each.edition), "wr": self._requirement(each.car)}
            if each.by is None:
                reason = (
                    _("%(audit)s has several CARs on %(wr)s. Choose below as which of them it goes on.")
                    % facts
                )
            else:
                reason = _("%(audit)s has a CAR on %(wr)s again. It goes on as %(car)s.") % {
                    **facts,
                    "car": self._name(each.by),
                }
            rows.append(self._row(each.car, reason))
        return rows

    @cached_property
    def closed(self) -> list[Row]:
        return [
            self._row(
                each.car,
                _("%(audit)s assessed %(wr)s and found nothing on it.")
                % {"audit": self._audit_name(each.edition), "wr": self._requirement(each.car)},
            )
            for each in self.plan.closed
        ]

    @cached_property
    def left(self) -> list[Row]:
        stays = _("It stays, as was decided on the edition before.")
        return [
            self._row(
                each.car, f"{self._why_left(each)} {stays}" if self._stays(each) else self._why_left(each)
            )
            for each in self.plan.left
        ]

    @cached_property
    def no_longer_left(self) -> list[Row]:
        reason = _("By the corrected date it was found after %(audit)s, which leaves nothing to decide.")
        return [
            self._row(each.car, reason % {"audit": self._audit_name(each.edition)})
            for each in self.plan.no_longer_left
        ]

    # --- The questions --------------------------------------------------------------------------

    @cached_property
    def choices(self) -> list[AskedChoice]:
        return [
            AskedChoice(
                choice.car,
                self._name(choice.car),
                [(pk, self._name(pk)) for pk in choice.candidates],
            )
            for choice in self.plan.choices
        ]

    @cached_property
    def needs_operator(self) -> bool:
        """Whether a choice is between CARs that this actor does not see."""
        return any(not self._sees(pk) for choice in self.plan.choices for pk in _involved(choice))

    @cached_property
    def decisions(self) -> list[AskedDecision]:
        """What is left, for the operator's compliance staff to decide at once if they like."""
        if not policy.may_decide_left(self._actor):
            return []
        return [
            AskedDecision(
                each.car,
                each.edition,
                self._name(each.car),
                self._why_left(each),
                may_close=str(each.reason) == LeftReason.OTHER_FINDING,
                stays=self._stays(each),
            )
            for each in self.plan.left
        ]

    # --- Words ----------------------------------------------------------------------------------

    def _sees(self, pk: UUID) -> bool:
        """What this audit raises, or one that is published with it, it always sees."""
        return (
            pk in self._new
            or (pk in self._loaded.entries and pk not in self._loaded.findings)
            or self._root(pk) in self._visible
        )

    def _root(self, pk: UUID) -> UUID:
        return self._copies.get(pk, pk)

    def _name(self, pk: UUID) -> str:
        finding = self._loaded.findings.get(self._root(pk))
        if pk in self._new:
            return _("the new CAR %(title)s") % {"title": self._new[pk]}
        if finding is None:
            return _("the new CAR %(title)s") % {"title": _titled(self._loaded.entries[pk])}
        if not self._sees(pk):
            return _("a CAR on %(wr)s of another audit company") % {"wr": finding.requirement}
        if pk in self._copies:
            return _("the CAR raised anew for %(car)s") % {"car": finding.reference}
        return _("%(car)s “%(title)s”") % {"car": finding.reference, "title": finding.issue_title}

    def _row(self, pk: UUID, reason: str) -> Row:
        if pk not in self._loaded.findings or pk in self._new:
            name = self._name(pk)
            return Row(name[:1].upper() + name[1:], "", reason)
        finding = self._loaded.findings[pk]
        if not self._sees(pk):
            return Row(_("A CAR of another audit company"), str(finding.requirement), reason)
        return Row(finding.reference, _titled(finding), reason, reverse("finding", args=[pk]))

    def _requirement(self, pk: UUID) -> str:
        finding = self._loaded.findings.get(self._root(pk))
        return str(finding.requirement if finding else self._loaded.entries[pk].requirement)

    def _audit_name(self, edition: UUID) -> str:
        if edition == self.audit.pk:
            return _("This audit")
        audit = self._loaded.audits[edition]
        return _("Audit %(audit)s of %(date)s") % {
            "audit": audit.reference,
            "date": date_format(audit.date, "j F Y"),
        }

    def _stays(self, left: Left) -> bool:
        return self._loaded.decided_before(left) is not None

    def _why_left(self, left: Left) -> str:
        if str(left.reason) == LeftReason.NO_LONGER_LISTED:
            return _("This edition no longer lists it, and nothing else ends it.")
        requirement = self._requirement(left.car)
        others = {
            entry.get_type_display().lower()
            for entry in self._loaded.audits[left.edition].entries.all()
            if str(entry.requirement) == requirement
        }
        return _(
            "%(audit)s has no CAR on %(wr)s, but something else: %(others)s. So it does not close the CAR."
        ) % {
            "audit": self._audit_name(left.edition),
            "wr": requirement,
            "others": get_text_list(sorted(others), _("and")) or _("another finding"),
        }

    def _is_changed(self, car: UUID, entry: AuditEntry) -> bool:
        finding = self._loaded.findings[car]
        now = (finding.raw_code, finding.issue_title, finding.details, finding.raised_on)
        then = (entry.raw_code, entry.issue_title, entry.details, self.audit.date)
        return finding.is_under_way and now != then


def _titled(each: Finding | AuditEntry) -> str:
    return f"{each.raw_code} {each.issue_title}"


def _involved(choice: Choice) -> list[UUID]:
    return [choice.car, *choice.candidates]
