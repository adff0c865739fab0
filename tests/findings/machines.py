"""What the stateful tests play with: one site, its audits recorded and published in whatever order."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from carportal.core.audit import verify
from carportal.core.errors import Conflict
from findings.models import (
    UNDER_WAY,
    Access,
    AccessLevel,
    Audit,
    AuditEntry,
    AuditType,
    EntryType,
    Finding,
    FindingStatus,
    LeftDecision,
    LeftFinding,
    LeftReason,
)
from findings.publishing import Plan
from findings.services import (
    Decision,
    decide_left,
    discard_audit,
    mark_plan_published,
    preview_publication,
    publish_audit,
)
from findings.tally.checking import differences
from stakeholders.models import Visibility
from tests.factories import make_actor, make_relationship
from tests.findings.making import Auditing
from tests.findings.process import Report

AREAS = ["5", "5A", "10B"]
# Two requirements of one area, and areas whose codes begin alike.
CODES = ["5.A", "5.B", "5A.A", "10B.A"]
TITLES = ["one", "two", "three"]
days = st.integers(0, 8).map(lambda number: date(2024, 1, 1) + timedelta(days=30 * number))
scopes = st.frozensets(st.sampled_from(AREAS), min_size=1)
kinds = st.sampled_from([AuditType.PERIODIC] * len(AuditType) + list(AuditType))
found = st.tuples(st.sampled_from(CODES), st.sampled_from(TITLES))
picks = st.integers(0, 1000)
decisions = st.sampled_from(LeftDecision)


class Click(NamedTuple):
    """What whoever publishes an audit chooses, where there is a choice, and decides about all it leaves."""

    choice: int
    decision: LeftDecision


# Of an ended CAR.
NOTED_LATER = {"raised_anew_as", "times_raised"}
# Mostly at once; else it is left for a while.
clicks = st.one_of(st.none(), *[st.builds(Click, picks, decisions)] * 2)


def area_of(code: str) -> str:
    return code.partition(".")[0]


class Audits(RuleBasedStateMachine):
    """What every machine does; each run is one transaction that is rolled back."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.drafts: list[Audit] = []
        self.ended: dict[UUID, tuple[object, ...]] = {}
        self.turns: dict[str, int] = {}
        self.has_moved = False
        self.auditing = Auditing()
        self.supplier = make_actor(self.auditing.site.supplier)
        seeing = make_relationship(self.auditing.site, visibility=Visibility.PUBLISHED_PLANS)
        make_relationship(self.auditing.site)
        self.customer = make_actor(seeing.customer)

    def teardown(self) -> None:
        assert verify().whole
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    # --- What people do -----------------------------------------------------------------------------

    @rule(
        on=days,
        kind=kinds,
        scope=scopes,
        cars=st.lists(found, max_size=4, unique=True),
        others=st.frozensets(st.sampled_from(CODES)),
        click=clicks,
    )
    def record(
        self,
        on: date,
        kind: AuditType,
        scope: frozenset[str],
        cars: list[tuple[str, str]],
        others: frozenset[str],
        click: Click | None,
    ) -> None:
        audit = self.auditing.record(on, type=kind, scope=sorted(scope))
        lines = [(EntryType.CAR, *car) for car in cars]
        lines += [(EntryType.NON_COMPLIANCE, code, "") for code in sorted(others)]
        # As rows: that they can be recorded one by one is tested elsewhere, and takes its time.
        AuditEntry.objects.bulk_create(
            AuditEntry(
                audit=audit,
                type=entry_type,
                area=area_of(code),
                letter=code[-1],
                raw_code=code,
                issue_title=title,
            )
            for entry_type, code, title in lines
            if area_of(code) in scope
        )
        self.goes_on_with(audit, click)

    def goes_on_with(self, draft: Audit, click: Click | None) -> None:
        """Publish it at once, or leave it until somebody does."""
        if click is None:
            self.drafts.append(draft)
        else:
            self._publish(draft, click)

    @precondition(lambda self: self.drafts)
    @rule(pick=picks, click=st.builds(Click, picks, decisions))
    def publish(self, pick: int, click: Click) -> None:
        self._publish(self.drafts.pop(pick % len(self.drafts)), click)

    def _publish(self, draft: Audit, click: Click) -> None:
        audit = Audit.objects.select_related("corrects").get(pk=draft.pk)
        operator = self.auditing.operator
        try:
            preview = preview_publication(audit_id=audit.pk, actor=operator)
        except Conflict:
            assert audit.corrects is not None
            assert audit.date != audit.corrects.date
            discard_audit(audit_id=audit.pk, actor=operator)
            return
        choices = {
            each.car: each.candidates[click.choice % len(each.candidates)] for each in preview.plan.choices
        }
        decisions = [
            Decision(each.car, each.edition, self._possible(click.decision, each.reason), "So be it.")
            for each in preview.plan.left
            if click.decision != LeftDecision.UNDECIDED
        ]
        publish_audit(
            audit_id=audit.pk, actor=operator, digest=preview.digest, choices=choices, decisions=decisions
        )
        self.turns.setdefault(audit.reference, len(self.turns))
        self.has_moved = True
        self.it_did_what_it_said(preview.plan, choices, decisions)
        self.after_publication(Audit.objects.get(pk=audit.pk))
        for made in decisions:
            self.after_decision(LeftFinding.objects.get(finding=made.car, audit=made.edition))

    @staticmethod
    def _possible(decision: LeftDecision, reason: str) -> LeftDecision:
        """Only what the audit found something else on can be closed."""
        return decision if str(reason) == LeftReason.OTHER_FINDING else LeftDecision.STAYS

    @precondition(lambda _: LeftFinding.objects.to_decide().exists())
    @rule(pick=picks, closed=st.booleans())
    def decide(self, pick: int, closed: bool) -> None:
        waiting = list(LeftFinding.objects.to_decide().order_by("finding__reference", "audit__reference"))
        left = waiting[pick % len(waiting)]
        decision = self._possible(LeftDecision.CLOSED if closed else LeftDecision.STAYS, left.reason)
        decide_left(left_id=left.pk, actor=self.auditing.operator, decision=decision, note="So be it.")
        self.has_moved = True
        self.after_decision(LeftFinding.objects.get(pk=left.pk))

    @precondition(lambda _: Finding.objects.filter(status=FindingStatus.OPEN).exists())
    @rule(pick=picks)
    def publish_plan(self, pick: int) -> None:
        waiting = list(Finding.objects.filter(status=FindingStatus.OPEN).order_by("reference"))
        mark_plan_published(finding_id=waiting[pick % len(waiting)].pk, actor=self.supplier)
        self.has_moved = True

    def after_publication(self, audit: Audit) -> None:
        """For what a machine keeps of its own."""

    def after_decision(self, left: LeftFinding) -> None:
        """For what a machine keeps of its own."""

    # --- What must hold -----------------------------------------------------------------------------

    @invariant()
    def all_is_as_it_must_be(self) -> None:
        """Asked once after each step that may have moved a CAR."""
        if self.has_moved:
            self.has_moved = False
            for check in self.checks():
                check()

    def checks(self) -> Iterable[Callable[[], None]]:
        return (
            self.ends_are_final,
            self.chains_lead_on_along_one_requirement_and_come_to_an_end,
            self.each_knows_how_often_it_was_raised_and_when_it_ended,
            self.every_published_car_is_one_finding_of_its_own,
            self.customers_see_what_their_relationship_says,
            self.figures_are_kept_as_they_are,
        )

    def it_did_what_it_said(self, plan: Plan, choices: dict[UUID, UUID], decisions: list[Decision]) -> None:
        findings = Finding.objects.in_bulk()
        assert {*plan.raised, *(each.car or choices[each.old] for each in plan.raised_anew)} <= set(findings)
        for superseded in plan.superseded:
            assert findings[superseded.car].superseded_by_id == (superseded.by or choices[superseded.car])
        # Of two audits that left a CAR, the first that is said to close it does; nothing is left to the other.
        closed: dict[UUID, UUID] = {}
        for made in decisions:
            if made.decision == LeftDecision.CLOSED:
                closed.setdefault(made.car, made.edition)
        for car, edition in [*plan.closed, *closed.items()]:
            assert findings[car].closed_by_id == edition
        for anew in plan.raised_anew:
            assert findings[anew.old].raised_anew_as_id == (anew.car or choices[anew.old])
        left = set(LeftFinding.objects.values_list("finding_id", "audit_id"))
        assert {(each.car, each.edition) for each in plan.left} <= left

    def ends_are_final(self) -> None:
        fields = [field.attname for field in Finding._meta.concrete_fields if field.name not in NOTED_LATER]
        ended = Finding.objects.exclude(status__in=UNDER_WAY)
        now = {pk: tuple(row) for pk, *row in ended.values_list("pk", *fields)}
        assert {key: now.get(key) for key in self.ended} == self.ended
        self.ended = now

    def chains_lead_on_along_one_requirement_and_come_to_an_end(self) -> None:
        findings = Finding.objects.in_bulk()
        for finding in findings.values():
            steps = [finding]
            while steps[-1].superseded_by_id or steps[-1].raised_anew_as_id:
                last = steps[-1]
                steps.append(findings[last.raised_anew_as_id or last.superseded_by_id])
                assert (steps[-1].requirement, steps[-1].site_id) == (finding.requirement, finding.site_id)
                assert steps[-1] not in steps[:-1]

    def each_knows_how_often_it_was_raised_and_when_it_ended(self) -> None:
        findings = Finding.objects.in_bulk()
        days = {pk: {finding.raised_on} for pk, finding in findings.items()}
        for finding in findings.values():
            step = finding
            while successor := step.raised_anew_as_id or step.superseded_by_id:
                days[successor].add(finding.raised_on)
                step = findings[successor]
        assert {pk: each.times_raised for pk, each in findings.items()} == {
            pk: len(each) for pk, each in days.items()
        }
        for finding in Finding.objects.exclude(status__in=UNDER_WAY).select_related("closed_by"):
            if finding.closed_by:
                assert finding.ended_on == finding.closed_by.date

    def every_published_car_is_one_finding_of_its_own(self) -> None:
        for audit in Audit.objects.published().prefetch_related("entries__finding"):
            cars = [entry for entry in audit.entries.all() if entry.is_car]
            assert len({entry.finding_id for entry in cars}) == len(cars)
            assert all(entry.finding and entry.finding.requirement == entry.requirement for entry in cars)

    def customers_see_what_their_relationship_says(self) -> None:
        levels = Access.objects.values_list("organisation_id", "finding_id", "level")
        everything = Finding.objects.values_list("pk", flat=True)
        assert set(levels) == {(self.customer.organisation_id, pk, AccessLevel.PLAN) for pk in everything}

    def figures_are_kept_as_they_are(self) -> None:
        assert differences() == []


def report_of(audit: Audit, entries: Iterable[AuditEntry], turn: int) -> Report:
    """What a reader of the audit's report learns from it."""
    entries = list(entries)
    return Report(
        reference=audit.reference,
        on=audit.date,
        periodic=audit.type == AuditType.PERIODIC,
        scope=frozenset(audit.scope),
        cars=[(str(each.requirement), each.issue_title) for each in entries if each.type == EntryType.CAR],
        others=frozenset(str(each.requirement) for each in entries if each.type != EntryType.CAR),
        turn=turn,
    )
