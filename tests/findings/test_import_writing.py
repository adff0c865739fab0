"""Importing into the database: all of it or nothing, once, with its events, and nothing published or mailed."""

from dataclasses import replace
from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from carportal.core.actor import Actor, OrganisationKind, Role
from carportal.core.audit import Aggregate, Reader, timeline, verify
from carportal.core.errors import Conflict, NotAllowed
from carportal.core.models import Delivery, Notification
from findings.importing.columns import Column
from findings.importing.plans import Reason
from findings.importing.tables import Unreadable
from findings.models import Audit, AuditEntry, AuditType, EntryType, Finding
from findings.requirements import FOUR_PILLARS
from findings.services import (
    ChangedSince,
    Checked,
    EntryDetails,
    add_entry,
    check_file,
    discard_audit,
    write_file,
)
from stakeholders.models import Invitation, Organisation, Site
from stakeholders.services import revoke_invitation
from tests.factories import make_actor, make_member, make_operator, make_organisation
from tests.findings.making import Auditing
from tests.findings.spreadsheets import COMPANY, clean, csv_of, row, xlsx_of
from tests.parallel import at_once, errors

pytestmark = pytest.mark.django_db

ROWS = [
    row(contact="ana@example.org"),
    row(finding_type="Non-Compliance", requirement="3.C"),
    clean(audit_reference="ZAA700002", audit_date="2025-03-04", scope=""),
    row(
        audit_reference="ZAA700003",
        site_reference="ZS7000002",
        site_name="Ribera Farm",
        audit_type="Partial Follow-Up",
    ),
]


@pytest.fixture
def operator(db: None) -> Actor:
    make_organisation(OrganisationKind.AUDIT_COMPANY, name=COMPANY, reference="ZC7000009")
    return make_actor(make_operator(), Role.COMPLIANCE)


def imported(operator: Actor, content: bytes) -> Checked:
    digest = check_file(actor=operator, content=content).digest
    return write_file(actor=operator, content=content, digest=digest)


def counts() -> list[int]:
    return [model.objects.count() for model in (Organisation, Site, Audit, AuditEntry, Invitation)]


class TestWriting:
    def test_dry_run_writes_nothing(self, operator: Actor) -> None:
        before = counts()
        plan = check_file(actor=operator, content=csv_of(ROWS)).plan
        assert [len(each) for each in (plan.suppliers, plan.sites, plan.audits, plan.contacts)] == [
            1,
            2,
            3,
            1,
        ]
        assert counts() == before

    @pytest.mark.parametrize("write", [csv_of, xlsx_of])
    def test_all_of_it_is_written(self, operator: Actor, write) -> None:
        imported(operator, write(ROWS))
        audit = Audit.objects.get(reference="ZAA700001")
        assert (audit.type, audit.date, audit.scope) == (AuditType.PERIODIC, date(2026, 3, 27), FOUR_PILLARS)
        assert audit.audit_company.name == COMPANY
        assert audit.recorded_by_id == operator.organisation_id
        assert (audit.site.name, audit.site.country, audit.site.supplier.name) == (
            "Ribera Packhouse",
            "ES",
            "Ribera Produce",
        )
        car, other = audit.entries.order_by("type")
        assert (car.type, car.raw_code, car.issue_title) == (
            EntryType.CAR,
            "5A.B",
            "Wages do not reach a living wage",
        )
        assert (other.type, other.area, other.letter, other.issue_title) == ("non_compliance", "3", "C", "")
        assert Audit.objects.get(reference="ZAA700002").entries.count() == 0
        assert Audit.objects.get(reference="ZAA700003").site.name == "Ribera Farm"

    def test_nothing_is_published_and_nobody_gets_a_mail(self, operator: Actor) -> None:
        imported(operator, csv_of(ROWS))
        assert not Audit.objects.published().exists()
        assert not Finding.objects.exists()
        assert not Notification.objects.exists()
        assert not Delivery.objects.exists()

    def test_contact_has_an_invitation_that_is_prepared(self, operator: Actor) -> None:
        imported(operator, csv_of(ROWS))
        invitation = Invitation.objects.get()
        assert (invitation.email, invitation.role, invitation.is_prepared) == (
            "ana@example.org",
            "manager",
            True,
        )
        assert invitation.organisation.reference == "ZC7000001"

    def test_each_thing_is_on_its_record_and_the_trail_is_whole(self, operator: Actor) -> None:
        imported(operator, csv_of(ROWS))
        assert verify().whole
        audit = Audit.objects.get(reference="ZAA700001")
        (entry,) = timeline(aggregate=Aggregate.AUDIT, aggregate_id=audit.pk, reader=Reader.AUDITOR)
        assert entry.sentence == (
            "Recorded the audit out of a spreadsheet: Periodic, 27 March 2026, at Ribera Packhouse, findings: 2"
        )
        supplier = Organisation.objects.get(reference="ZC7000001")
        told = timeline(aggregate=Aggregate.ORGANISATION, aggregate_id=supplier.pk, reader=Reader.OPERATOR)
        assert [each.kind for each in told] == [
            "organisation_created",
            "site_created",
            "site_created",
            "invitation_prepared",
        ]

    def test_same_file_twice_changes_nothing(self, operator: Actor) -> None:
        content = csv_of(ROWS)
        imported(operator, content)
        before = counts()
        again = imported(operator, content)
        assert not again.plan.writes_something
        assert {each.reason for each in again.plan.skipped} == {Reason.SAME}
        assert counts() == before

    def test_takes_as_many_statements_for_a_hundred_audits_as_for_three(
        self, operator: Actor, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for numbers in (range(3), range(3, 103)):
            rows = [
                row(
                    supplier_reference=f"ZC8{n:06}",
                    site_reference=f"ZS8{n:06}",
                    audit_reference=f"ZAA8{n:05}",
                    contact=f"p{n}@example.org",
                )
                for n in numbers
            ]
            digest = check_file(actor=operator, content=csv_of(rows)).digest
            with django_assert_num_queries(46):
                write_file(actor=operator, content=csv_of(rows), digest=digest)
        assert Audit.objects.count() == 103
        assert verify().whole


class TestRefusing:
    def test_only_those_who_look_after_audits_import(self, operator: Actor) -> None:
        company = Organisation.objects.get(reference="ZC7000009")
        readers = [make_actor(make_operator(), role) for role in (Role.VIEWER, Role.EDITOR)]
        for who in (*readers, make_actor(company, Role.MANAGER), replace(operator, organisation_kind=None)):
            with pytest.raises(NotAllowed):
                check_file(actor=who, content=csv_of())
            with pytest.raises(NotAllowed):
                write_file(actor=who, content=csv_of(), digest="")

    def test_one_wrong_row_and_nothing_is_written(self, operator: Actor) -> None:
        content, before = csv_of([*ROWS, row(country="Nowhere")]), counts()
        checked = check_file(actor=operator, content=content)
        assert [each.row for each in checked.plan.problems] == [6]
        with pytest.raises(Conflict):
            write_file(actor=operator, content=content, digest=checked.digest)
        assert counts() == before

    def test_file_that_cannot_be_read_writes_nothing(self, operator: Actor) -> None:
        with pytest.raises(Unreadable):
            write_file(actor=operator, content=b"", digest="")

    def test_what_has_changed_since_it_was_shown_is_shown_again(self, operator: Actor) -> None:
        content = csv_of(ROWS)
        digest = check_file(actor=operator, content=content).digest
        imported(operator, csv_of(ROWS[:2]))
        before = counts()
        with pytest.raises(ChangedSince) as refused:
            write_file(actor=operator, content=content, digest=digest)
        assert len(refused.value.checked.plan.audits) == 2
        assert counts() == before


class TestWhatIsHere:
    def test_draft_is_changed_to_what_the_file_says(self, operator: Actor) -> None:
        imported(operator, csv_of(ROWS))
        audit = Audit.objects.get(reference="ZAA700001")
        add_entry(audit_id=audit.pk, actor=operator, details=EntryDetails(EntryType.OBSERVATION, "7.A"))
        rows = [
            row(details="Seen again.", audit_date="2026-03-26"),
            row(requirement="6.A", audit_date="2026-03-26"),
        ]
        imported(operator, csv_of(rows))
        audit = Audit.objects.get(reference="ZAA700001")
        assert audit.date == date(2026, 3, 26)
        assert dict(audit.entries.values_list("raw_code", "details")) == {
            "5A.B": "Seen again.",
            "6.A": "The lowest grade earns four fifths of it.",
        }
        told = timeline(aggregate=Aggregate.AUDIT, aggregate_id=audit.pk, reader=Reader.OPERATOR)
        assert told[-1].sentence.endswith("findings added: 6.A, changed: 5A.B, removed: 3.C, 7.A")
        assert verify().whole
        assert not check_file(actor=operator, content=csv_of(rows)).plan.writes_something

    def test_published_audit_is_passed_over_or_an_error(self, operator: Actor) -> None:
        imported(operator, csv_of(ROWS))
        auditing = Auditing(Site.objects.get(reference="ZS7000001"))
        auditing.publish(Audit.objects.get(reference="ZAA700001"), by=operator)
        again = check_file(actor=operator, content=csv_of(ROWS)).plan
        assert Reason.PUBLISHED in {each.reason for each in again.skipped}
        (problem,) = check_file(actor=operator, content=csv_of([row(details="Otherwise.")])).plan.problems
        assert "Correct it by a new edition" in problem.reason

    def test_newest_published_edition_is_what_counts(self, operator: Actor) -> None:
        imported(operator, csv_of(ROWS))
        auditing = Auditing(Site.objects.get(reference="ZS7000001"))
        first = auditing.publish(Audit.objects.get(reference="ZAA700001"), by=operator)
        edition = auditing.correct(first)
        auditing.change(edition, date=date(2026, 3, 26))
        assert check_file(actor=operator, content=csv_of(ROWS[:2])).plan.problems == []
        auditing.publish(edition, by=operator)
        assert len(check_file(actor=operator, content=csv_of(ROWS[:2])).plan.problems) == 1
        rows = [each | {Column.AUDIT_DATE: "2026-03-26"} for each in ROWS[:2]]
        assert check_file(actor=operator, content=csv_of(rows)).plan.problems == []

    def test_whoever_was_invited_or_acts_there_is_not_invited_again(self, operator: Actor) -> None:
        content = csv_of([row(contact="ana@example.org")])
        imported(operator, content)
        revoke_invitation(actor=operator, invitation_id=Invitation.objects.get().pk)
        member = make_member(Organisation.objects.get(reference="ZC7000001"))
        content = csv_of([row(contact=f"ana@example.org; {member.user.email}")])
        assert not check_file(actor=operator, content=content).plan.writes_something

    def test_discarded_audit_is_imported_anew(self, operator: Actor) -> None:
        imported(operator, csv_of(ROWS))
        discard_audit(audit_id=Audit.objects.get(reference="ZAA700002").pk, actor=operator)
        imported(operator, csv_of(ROWS))
        assert Audit.objects.filter(reference="ZAA700002").exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_import_the_same_at_once_import_it_once(operator: Actor) -> None:
    content = csv_of(ROWS)
    digest = check_file(actor=operator, content=content).digest
    colleague = make_actor(make_operator(), Role.MANAGER)
    results = at_once(
        *(
            lambda who=who: write_file(actor=who, content=content, digest=digest)
            for who in (operator, colleague)
        )
    )
    (error,) = errors(results)
    assert isinstance(error, ChangedSince)
    assert Audit.objects.count() == 3
    assert verify().whole
