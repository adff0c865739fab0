"""Recording audits and their findings, until they are published."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from carportal.core.actor import Actor, OrganisationKind, Role
from carportal.core.audit import Aggregate, Reader, timeline
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from findings.models import Audit, AuditEntry, AuditType, EntryType, Finding
from findings.requirements import FOUR_PILLARS, TWO_PILLARS
from findings.services import (
    AuditDetails,
    EntryDetails,
    add_entry,
    discard_audit,
    edit_entry,
    record_audit,
    remove_entry,
    update_audit,
)
from tests.factories import (
    make_actor,
    make_audit_company,
    make_customer,
    make_operator,
    make_organisation,
    make_site,
)
from tests.findings.making import Auditing

pytestmark = pytest.mark.django_db

DAY = date(2025, 3, 1)
CAR = EntryDetails(EntryType.CAR, "5.A.B", "Pay is below a living wage", "As the report says.")


@pytest.fixture
def site(db: None) -> Auditing:
    return Auditing()


def details(site: Auditing, **values: Any) -> AuditDetails:
    given: dict[str, Any] = {
        "type": AuditType.PERIODIC,
        "date": DAY,
        "scope": TWO_PILLARS,
        "reference": "ZAA600012345",
        "site_reference": site.site.reference,
        "audit_company_reference": site.company.reference,
    }
    return AuditDetails(**given | values)


def wrong_fields(error: InvalidInput) -> set[str]:
    return set(error.fields)


# --- Audits -------------------------------------------------------------------------------------------


def test_auditor_records_for_its_own_company_whatever_company_is_named(site: Auditing):
    other = make_audit_company()
    audit = record_audit(actor=site.auditor, details=details(site, audit_company_reference=other.reference))
    assert (audit.site, audit.audit_company, audit.recorded_by) == (site.site, site.company, site.company)
    assert audit.scope == TWO_PILLARS
    assert audit.is_draft


@pytest.mark.parametrize("role", [Role.COMPLIANCE, Role.MANAGER])
def test_operator_records_on_behalf_of_an_audit_company(site: Auditing, role: Role):
    operator = make_organisation_actor(role)
    audit = record_audit(actor=operator, details=details(site))
    assert (audit.audit_company, audit.recorded_by_id) == (site.company, operator.organisation_id)
    assert not Audit.objects.visible_to(site.auditor).exists()


def make_organisation_actor(role: Role) -> Actor:
    return make_actor(make_operator(), role)


def test_who_does_not_record_audits_is_refused(site: Auditing):
    for actor in (
        make_actor(site.company, Role.VIEWER),
        make_organisation_actor(Role.EDITOR),
        make_actor(site.site.supplier, Role.MANAGER),
        make_actor(make_customer(), Role.MANAGER),
        make_actor(make_organisation(OrganisationKind.NGO), Role.MANAGER),
    ):
        with pytest.raises(NotAllowed):
            record_audit(actor=actor, details=details(site))
    assert not Audit.objects.exists()


def test_references_are_taken_as_people_type_them(site: Auditing):
    typed = f" {site.site.reference[:4].lower()} {site.site.reference[4:]} "
    audit = record_audit(
        actor=site.auditor, details=details(site, site_reference=typed, reference=" ZAA 6000  1 ")
    )
    assert (audit.site, audit.reference) == (site.site, "ZAA 6000 1")


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"site_reference": "ZS9999999"}, {"site_reference"}),
        ({"reference": "  ", "site_reference": ""}, {"reference", "site_reference"}),
        ({"scope": []}, {"scope"}),
        ({"scope": ["99"]}, {"scope"}),
        ({"type": "surprise"}, {"type"}),
        ({"audit_company_reference": "ZC9999999"}, {"audit_company_reference"}),
    ],
)
def test_what_cannot_be_taken_is_named_beside_its_field(
    site: Auditing, values: dict[str, object], fields: set[str]
):
    with pytest.raises(InvalidInput) as error:
        record_audit(actor=site.operator, details=details(site, **values))
    assert wrong_fields(error.value) == fields
    assert not Audit.objects.exists()


def test_audit_company_must_be_one(site: Auditing):
    customer = make_customer()
    with pytest.raises(InvalidInput):
        record_audit(actor=site.operator, details=details(site, audit_company_reference=customer.reference))


def test_audit_of_tomorrow_is_not_recorded_and_one_of_today_is(site: Auditing):
    today = timezone.localdate()
    with pytest.raises(InvalidInput, match="Check"):
        record_audit(actor=site.auditor, details=details(site, date=today + timedelta(days=1)))
    assert record_audit(actor=site.auditor, details=details(site, date=today)).date == today


def test_reference_is_recorded_once(site: Auditing):
    record_audit(actor=site.auditor, details=details(site))
    with pytest.raises(InvalidInput) as error:
        record_audit(actor=site.auditor, details=details(site))
    assert wrong_fields(error.value) == {"reference"}
    assert Audit.objects.count() == 1


def test_recorder_and_operator_change_a_draft_and_others_do_not(site: Auditing):
    audit = record_audit(actor=site.auditor, details=details(site))
    elsewhere = make_site()
    changed = details(site, type=AuditType.INITIAL, site_reference=elsewhere.reference, scope=["5A", "1"])
    update_audit(audit_id=audit.pk, actor=site.auditor, details=changed)
    audit.refresh_from_db()
    assert (audit.site, audit.type, audit.scope) == (elsewhere, AuditType.INITIAL, ["1", "5A"])
    update_audit(audit_id=audit.pk, actor=site.operator, details=details(site))
    for actor in (make_actor(make_audit_company()), make_actor(site.company, Role.VIEWER)):
        with pytest.raises(NotAllowed):
            update_audit(audit_id=audit.pk, actor=actor, details=changed)


def test_scope_is_not_taken_from_under_a_finding(site: Auditing):
    audit = site.record(DAY, "10B.A", "5A.B")
    with pytest.raises(InvalidInput, match="10B"):
        update_audit(audit_id=audit.pk, actor=site.auditor, details=details(site))


def test_published_audit_changes_no_more(site: Auditing):
    audit = site.hold(DAY, "5A.B")
    entry = audit.entries.get()
    actor = site.operator
    for attempt in (
        lambda: update_audit(audit_id=audit.pk, actor=actor, details=details(site)),
        lambda: discard_audit(audit_id=audit.pk, actor=actor),
        lambda: add_entry(audit_id=audit.pk, actor=actor, details=CAR),
        lambda: edit_entry(audit_id=audit.pk, entry_id=entry.pk, actor=actor, details=CAR),
        lambda: remove_entry(audit_id=audit.pk, entry_id=entry.pk, actor=actor),
    ):
        with pytest.raises(Conflict, match="has been published"):
            attempt()


def test_discarded_audit_is_gone_and_its_record_stays(site: Auditing):
    audit = site.record(DAY, "5A.B", others=["3.C"])
    with pytest.raises(NotAllowed):
        discard_audit(audit_id=audit.pk, actor=make_actor(make_audit_company()))
    discard_audit(audit_id=audit.pk, actor=site.auditor)
    assert not Audit.objects.exists()
    assert not AuditEntry.objects.exists()
    events = timeline(aggregate=Aggregate.AUDIT, aggregate_id=audit.pk, reader=Reader.OPERATOR)
    assert events[-1].kind == "audit_discarded"
    with pytest.raises(Conflict, match="discarded"):
        discard_audit(audit_id=audit.pk, actor=site.auditor)


def test_clean_audit_can_be_recorded_and_published(site: Auditing):
    audit = site.hold(DAY)
    assert not audit.is_draft
    assert not Finding.objects.exists()


# --- Their findings --------------------------------------------------------------------------------------


def test_car_keeps_its_printed_code_and_its_text(site: Auditing):
    audit = site.record(DAY)
    entry = add_entry(audit_id=audit.pk, actor=site.auditor, details=CAR)
    assert (entry.area, entry.letter, entry.raw_code) == ("5A", "B", "5.A.B")
    assert (entry.issue_title, entry.details) == ("Pay is below a living wage", "As the report says.")


def test_other_finding_is_recorded_by_its_code_alone(site: Auditing):
    audit = site.record(DAY)
    other = EntryDetails(EntryType.OBSERVATION, "3.C", "A title", "And details")
    entry = add_entry(audit_id=audit.pk, actor=site.auditor, details=other)
    assert (entry.issue_title, entry.details) == ("", "")


@pytest.mark.parametrize("code", ["", "5A", "banana", "99.A", "5A.BB", "5.A.B.C", "A.5", "5" * 30 + ".A"])
def test_code_that_is_none_is_refused_with_an_example(site: Auditing, code: str):
    audit = site.record(DAY)
    with pytest.raises(InvalidInput, match=r"such as 5A\.B") as error:
        add_entry(audit_id=audit.pk, actor=site.auditor, details=EntryDetails(EntryType.CAR, code, "Title"))
    assert wrong_fields(error.value) == {"code"}


def test_finding_lies_within_the_scope(site: Auditing):
    audit = site.record(DAY, scope=TWO_PILLARS)
    with pytest.raises(InvalidInput, match="Area 10B is not in the scope"):
        add_entry(audit_id=audit.pk, actor=site.auditor, details=EntryDetails(EntryType.CAR, "10B.A", "Air"))


def test_car_has_a_title(site: Auditing):
    audit = site.record(DAY)
    with pytest.raises(InvalidInput) as error:
        add_entry(audit_id=audit.pk, actor=site.auditor, details=EntryDetails(EntryType.CAR, "5A.B", " "))
    assert wrong_fields(error.value) == {"issue_title"}


def test_same_finding_is_recorded_once_and_a_car_may_stand_beside_a_non_compliance(site: Auditing):
    audit = site.record(DAY, "5A.B Pay", others=["5A.B"])
    for again in (
        EntryDetails(EntryType.CAR, "5.A.B", "pay."),
        EntryDetails(EntryType.NON_COMPLIANCE, "5A.B"),
    ):
        with pytest.raises(InvalidInput, match="already"):
            add_entry(audit_id=audit.pk, actor=site.auditor, details=again)
    add_entry(audit_id=audit.pk, actor=site.auditor, details=EntryDetails(EntryType.CAR, "5A.B", "Overtime"))
    assert audit.entries.count() == 3


def test_entry_is_changed_and_removed(site: Auditing):
    audit = site.record(DAY, "6.A")
    entry = audit.entries.get()
    edit_entry(audit_id=audit.pk, entry_id=entry.pk, actor=site.auditor, details=CAR)
    edit_entry(audit_id=audit.pk, entry_id=entry.pk, actor=site.auditor, details=CAR)
    entry.refresh_from_db()
    assert entry.raw_code == "5.A.B"
    remove_entry(audit_id=audit.pk, entry_id=entry.pk, actor=site.auditor)
    with pytest.raises(Conflict, match="removed"):
        edit_entry(audit_id=audit.pk, entry_id=entry.pk, actor=site.auditor, details=CAR)
    assert not audit.entries.exists()


def test_entry_of_another_audit_is_out_of_reach(site: Auditing):
    mine, other = site.record(DAY, "5A.B"), Auditing().record(DAY, "5A.B")
    with pytest.raises(Conflict):
        remove_entry(audit_id=mine.pk, entry_id=other.entries.get().pk, actor=site.auditor)
    assert other.entries.count() == 1


def test_only_the_recorder_and_the_operator_write_findings(site: Auditing):
    audit = site.record(DAY, scope=FOUR_PILLARS)
    for actor in (
        make_actor(make_audit_company()),
        make_actor(site.site.supplier),
        make_actor(site.company, Role.VIEWER),
    ):
        with pytest.raises(NotAllowed):
            add_entry(audit_id=audit.pk, actor=actor, details=CAR)
    add_entry(audit_id=audit.pk, actor=site.operator, details=CAR)
    assert audit.entries.count() == 1
