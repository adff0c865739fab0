"""What the database refuses by itself, whatever code writes: bulk writes and plain SQL know no services."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone
from psycopg2 import sql

from findings.models import (
    UNDER_WAY,
    Access,
    Audit,
    AuditEntry,
    AuditImport,
    EntryType,
    FileFormat,
    Finding,
    FindingStatus,
    LeftFinding,
    ListFile,
    RequirementTitle,
    SavedView,
    Tally,
    Triage,
)
from tests.factories import make_customer, make_user
from tests.findings.making import Auditing, states
from tests.findings.test_escalation_refusals import CONSTRAINTS as OF_ESCALATIONS

pytestmark = pytest.mark.django_db

FIRST, SECOND = date(2024, 3, 1), date(2025, 3, 1)
LAWFUL = {
    (FindingStatus.OPEN, FindingStatus.IN_PROGRESS),
    (FindingStatus.OPEN, FindingStatus.SUPERSEDED),
    (FindingStatus.OPEN, FindingStatus.CLOSED),
    (FindingStatus.IN_PROGRESS, FindingStatus.SUPERSEDED),
    (FindingStatus.IN_PROGRESS, FindingStatus.CLOSED),
}
PAIRS = [(source, target) for source in FindingStatus for target in FindingStatus if source != target]


@dataclass
class World:
    """A published audit with two CARs and rows about the first of them, and an audit that is a draft."""

    published: Audit
    draft: Audit
    car: Finding
    other_car: Finding
    access: Access
    left: LeftFinding
    triage: Triage
    upload: AuditImport
    title: RequirementTitle
    file: ListFile
    view: SavedView

    @property
    def car_entry(self) -> AuditEntry:
        """The CAR of the draft."""
        return self.draft.entries.get(type=EntryType.CAR)

    @property
    def other_entry(self) -> AuditEntry:
        """The non-compliance of the draft."""
        return self.draft.entries.exclude(type=EntryType.CAR).get()


@pytest.fixture
def world() -> World:
    site = Auditing()
    published = site.hold(FIRST, "5A.B", "6.A")
    car = site.car(published, "5A.B")
    asker = make_user()
    return World(
        published=published,
        draft=site.record(SECOND, "5A.B", others=["3.C"]),
        car=car,
        other_car=site.car(published, "6.A"),
        access=Access.objects.create(
            organisation=make_customer(), finding=car, level=1, source="share", source_id=uuid4()
        ),
        left=LeftFinding.objects.create(finding=car, audit=published, reason="other_finding"),
        triage=Triage.objects.create(
            finding=car, definition="1", answers={}, is_urgent=False, outcome="write_plan"
        ),
        upload=AuditImport.objects.create(name="audits.csv", size=1, content=b"x"),
        title=RequirementTitle.objects.create(area="5A", letter="B", title="A title"),
        file=ListFile.objects.create(
            asked_by=asker, organisation=site.company, day=SECOND, format=FileFormat.CSV, language="en-gb"
        ),
        view=SavedView.objects.create(
            organisation=site.company, made_by=asker, place="list", name="Wages", query={"area": "5A"}
        ),
    )


@contextmanager
def refused(reason: str) -> Iterator[None]:
    """By the database, and for this reason; what was done before stays as it is."""
    with pytest.raises(DatabaseError, match=reason), transaction.atomic():
        yield


def update(row: models.Model, **values: object) -> None:
    """As a bulk write does, past `save()` and all services."""
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def insert_copy(row: models.Model, **values: object) -> None:
    """Another row like this one, but for these values."""
    copy = type(row)._base_manager.get(pk=row.pk)
    copy.pk = None if isinstance(copy.pk, int) else uuid4()
    for name, value in values.items():
        setattr(copy, name, value)
    type(row)._base_manager.bulk_create([copy])


def share_two_of_one_name(view: SavedView) -> None:
    update(view, is_shared=True)
    insert_copy(view, made_by=make_user())


def delete(row: models.Model) -> None:
    with connection.cursor() as cursor:
        table = sql.Identifier(row._meta.db_table)
        cursor.execute(sql.SQL("DELETE FROM {} WHERE id = %s").format(table), [row.pk])


def values_in(status: str, world: World) -> dict[str, Any]:
    """All that goes with a status, so that a refusal is about the status alone."""
    now = timezone.now()
    return {
        "status": status,
        "in_progress_at": now if status == FindingStatus.IN_PROGRESS else None,
        "superseded_by_id": world.other_car.pk if status == FindingStatus.SUPERSEDED else None,
        "closed_by_id": world.published.pk if status == FindingStatus.CLOSED else None,
        "ended_at": None if status in UNDER_WAY else now,
        "ended_on": None if status in UNDER_WAY else NOW.date(),
    }


def by_update(finding: Finding, values: dict[str, Any]) -> None:
    update(finding, **values)


def by_save(finding: Finding, values: dict[str, Any]) -> None:
    changed(finding, values).save()


def by_bulk_update(finding: Finding, values: dict[str, Any]) -> None:
    Finding.objects.bulk_update([changed(finding, values)], list(values))


def by_sql(finding: Finding, values: dict[str, Any]) -> None:
    settings = [sql.SQL("{} = %s").format(sql.Identifier(name)) for name in values]
    statement = sql.SQL("UPDATE findings_finding SET {} WHERE id = %s").format(sql.SQL(", ").join(settings))
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values.values(), finding.pk])


def changed(finding: Finding, values: dict[str, Any]) -> Finding:
    row = Finding.objects.get(pk=finding.pk)
    for name, value in values.items():
        setattr(row, name, value)
    return row


# --- The status of a CAR ------------------------------------------------------------------------------


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_status_moves_as_the_process_says_and_in_no_other_way(
    world: World, source: FindingStatus, target: FindingStatus
):
    update(world.car, **values_in(source, world))
    for write in (by_update, by_save, by_bulk_update, by_sql):
        before = transaction.savepoint()
        if (source, target) in LAWFUL:
            write(world.car, values_in(target, world))
            assert states(world.car) == [target]
        else:
            with refused("Invalid transition|has ended"):
                write(world.car, values_in(target, world))
            assert states(world.car) == [source]
        transaction.savepoint_rollback(before)


@pytest.mark.parametrize("status", FindingStatus)
def test_status_that_does_not_exist_is_never_reached(world: World, status: FindingStatus):
    update(world.car, **values_in(status, world))
    for wrong in ("reopened", "", "OPEN"):
        with refused("Invalid transition|has ended"):
            update(world.car, status=wrong)


# --- What never changes -------------------------------------------------------------------------------


def another_value(field: Any) -> object:
    """One that the row does not have."""
    if isinstance(field, models.UUIDField | models.ForeignKey):
        return uuid4()
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.DateField):
        return SECOND
    if isinstance(field, models.SmallIntegerField):
        return 7
    return ["5"] if isinstance(field, ArrayField) else "x"


def columns(model: type[models.Model]) -> list[Any]:
    return list(model._meta.concrete_fields)


def test_published_audit_stays_as_it_is(world: World):
    for field in columns(Audit):
        with refused("Cannot update or delete"):
            update(world.published, **{field.attname: another_value(field)})
    with refused("Cannot update or delete"):
        delete(world.published)
    update(world.draft, reference="ZAA1")


def test_what_a_published_audit_recorded_stays_as_it_is(world: World):
    reason = "Cannot change the entries of a published audit"
    entry = world.published.entries.get(finding=world.car)
    for field in columns(AuditEntry):
        with refused(reason):
            update(entry, **{field.attname: another_value(field)})
    with refused(reason):
        delete(entry)
    with refused(reason):
        insert_copy(world.car_entry, audit=world.published, letter="D")
    with refused(reason):
        update(world.car_entry, audit=world.published)
    with refused(reason):
        update(entry, audit=world.draft)
    update(world.car_entry, letter="D")
    delete(world.other_entry)


@pytest.mark.parametrize("status", [FindingStatus.SUPERSEDED, FindingStatus.CLOSED])
def test_ended_car_stays_as_it_ended(world: World, status: FindingStatus):
    update(world.car, **values_in(status, world))
    for field in columns(Finding):
        if field.name not in {"raised_anew_as", "times_raised", "country", "sector", "supplier"}:
            with refused("Cannot change a CAR that has ended"):
                update(world.car, **{field.attname: another_value(field)})
    update(world.car, raised_anew_as=world.other_car)


@pytest.mark.parametrize("status", FindingStatus)
def test_car_is_never_deleted(world: World, status: FindingStatus):
    update(world.car, **values_in(status, world))
    with refused("Cannot delete"):
        delete(world.car)


# --- What cannot be -------------------------------------------------------------------------------------

Write = Callable[[World], None]
NOW = timezone.now()

# Every constraint of this room's tables, with the writes that it refuses.
CONSTRAINTS: dict[str, list[Write]] = {
    "audit_edition_once": [
        lambda world: update(world.draft, reference=world.published.reference),
    ],
    "audit_correction_has_reason": [
        lambda world: update(world.draft, correction_reason="Why not?"),
        lambda world: update(world.draft, corrects=world.published),
        lambda world: update(world.draft, edition=2),
        lambda world: update(world.draft, edition=2, correction_reason="Misread."),
        lambda world: update(world.draft, edition=2, corrects=world.published),
        lambda world: update(world.draft, edition=0, corrects=world.published, correction_reason="Misread."),
    ],
    "audit_type_is_known": [
        lambda world: update(world.draft, type="surprise"),
    ],
    "audit_published_with_time": [
        lambda world: update(world.draft, status="published"),
        lambda world: update(world.draft, published_at=NOW),
        lambda world: update(world.draft, status="withdrawn", published_at=NOW),
    ],
    "audit_scope_is_known": [
        lambda world: update(world.draft, scope=[]),
        lambda world: update(world.draft, scope=["5", "11"]),
    ],
    "entry_once_per_audit": [
        lambda world: insert_copy(world.car_entry),
        lambda world: insert_copy(world.other_entry),
    ],
    "entry_type_is_known": [
        lambda world: update(world.other_entry, type="rumour"),
    ],
    "entry_requirement_is_known": [
        lambda world: update(world.car_entry, area="11"),
        lambda world: update(world.car_entry, letter="b"),
        lambda world: update(world.car_entry, letter=""),
    ],
    "entry_only_cars_have_text": [
        lambda world: update(world.car_entry, issue_title=""),
        lambda world: update(world.other_entry, issue_title="Wages"),
        lambda world: update(world.other_entry, details="In two grades."),
        lambda world: update(world.other_entry, finding=world.car),
    ],
    "finding_status_is_known": [
        lambda world: insert_copy(
            world.car, reference="CAR-1", status="reopened", ended_at=NOW, ended_on=SECOND
        ),
    ],
    "finding_requirement_is_known": [
        lambda world: update(world.car, area="11"),
        lambda world: update(world.car, letter="b"),
    ],
    "finding_superseded_has_successor": [
        lambda world: update(world.car, status="superseded", ended_at=NOW, ended_on=SECOND),
        lambda world: insert_copy(
            world.car, reference="CAR-1", status="superseded", ended_at=NOW, ended_on=SECOND
        ),
        lambda world: update(world.car, superseded_by=world.other_car),
    ],
    "finding_closed_has_audit": [
        lambda world: update(world.car, status="closed", ended_at=NOW, ended_on=SECOND),
        lambda world: insert_copy(
            world.car, reference="CAR-1", status="closed", ended_at=NOW, ended_on=SECOND
        ),
        lambda world: update(world.car, closed_by=world.published),
    ],
    "finding_ended_with_time": [
        lambda world: update(world.car, status="closed", closed_by=world.published),
        lambda world: update(world.car, status="superseded", superseded_by=world.other_car),
        lambda world: update(world.car, ended_at=NOW),
        lambda world: update(world.car, ended_on=SECOND),
        lambda world: update(world.car, status="closed", closed_by=world.published, ended_at=NOW),
    ],
    "finding_was_raised": [
        lambda world: update(world.car, times_raised=0),
    ],
    "finding_chain_goes_on": [
        lambda world: update(
            world.car, status="superseded", superseded_by=world.car, ended_at=NOW, ended_on=SECOND
        ),
        lambda world: update(
            world.car,
            status="closed",
            closed_by=world.published,
            ended_at=NOW,
            ended_on=SECOND,
            raised_anew_as=world.car,
        ),
    ],
    "finding_raised_anew_had_ended": [
        lambda world: update(world.car, raised_anew_as=world.other_car),
    ],
    "finding_in_progress_with_time": [
        lambda world: update(world.car, status="in_progress"),
    ],
    "access_once_per_source": [
        lambda world: insert_copy(world.access),
    ],
    "access_level_is_known": [
        lambda world: update(world.access, level=3),
    ],
    "access_source_is_known": [
        lambda world: update(world.access, source="hearsay"),
    ],
    "left_once_per_audit": [
        lambda world: insert_copy(world.left),
    ],
    "left_reason_is_known": [
        lambda world: update(world.left, reason="mood"),
    ],
    "left_decision_is_known": [
        lambda world: update(world.left, decision="perhaps", decided_at=NOW, note="So be it."),
    ],
    "left_decided_with_note": [
        lambda world: update(world.left, decision="stays", note="So be it."),
        lambda world: update(world.left, decision="stays", decided_at=NOW),
        lambda world: update(world.left, decided_at=NOW),
    ],
    "triage_outcome_is_known": [
        lambda world: update(world.triage, outcome="wait"),
    ],
    "auditimport_status_is_known": [
        lambda world: update(world.upload, status="lost"),
    ],
    "auditimport_has_what_it_needs": [
        lambda world: update(world.upload, content=None),
        lambda world: update(world.upload, status="checked", content=None),
        lambda world: update(world.upload, status="writing", content=None),
    ],
    "auditimport_written_with_time": [
        lambda world: update(world.upload, written_at=NOW),
        lambda world: update(world.upload, status="written"),
    ],
    "listfile_is_whole": [
        lambda world: update(world.file, ready_at=NOW),
        lambda world: update(world.file, storage_key="a/file"),
        lambda world: update(world.file, reason="too_long"),
    ],
    "listfile_format_is_known": [
        lambda world: update(world.file, format="pdf"),
    ],
    "savedview_own_name_once": [
        lambda world: insert_copy(world.view, name="WAGES"),
    ],
    "savedview_shared_name_once": [
        lambda world: share_two_of_one_name(world.view),
    ],
    "savedview_has_a_name": [
        lambda world: update(world.view, name=""),
    ],
    "savedview_chooses_something": [
        lambda world: update(world.view, query={}),
    ],
    "tally_cell_has_one_sum": [
        lambda _world: insert_copy(Tally.objects.filter(change__gt=0)[0]),
    ],
    "requirementtitle_one_each": [
        lambda world: insert_copy(world.title, title="Another title"),
    ],
    "requirementtitle_requirement_is_known": [
        lambda world: update(world.title, area="11"),
        lambda world: update(world.title, letter="b"),
    ],
    "requirementtitle_is_not_empty": [
        lambda world: update(world.title, title=""),
    ],
}


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_what_cannot_be_is_refused(world: World, constraint: str):
    for write in CONSTRAINTS[constraint]:
        with refused(f'"{constraint}"'):
            write(world)


def test_no_constraint_goes_untested():
    promised = {
        constraint.name
        for model in apps.get_app_config("findings").get_models()
        for constraint in model._meta.constraints
    }
    assert promised == set(CONSTRAINTS) | OF_ESCALATIONS


def test_reference_is_given_to_one_car_and_an_edition_corrects_alone(world: World):
    with refused("findings_finding_reference"):
        insert_copy(world.car)
    update(world.draft, edition=2, corrects=world.published, correction_reason="Misread.")
    with refused("findings_audit_corrects_id"):
        insert_copy(world.draft, edition=3)
