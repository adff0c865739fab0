"""Names taken out of the records of audits and CARs: by those whose records they are, for good, and on the record."""

from datetime import date
from functools import partial

import pytest
from pytest_django import DjangoAssertNumQueries

from carportal.core.actor import Actor
from carportal.core.audit import Aggregate, Reader, TimelineEntry, redact_entry, timeline, verify
from carportal.core.errors import InvalidInput, NotAllowed
from carportal.core.models import AuditEvent
from findings.models import Audit, Finding
from tests.findings.making import Auditing
from tests.findings.scene import audits_of, errors_on, let_see, text_of
from tests.parallel import at_once, errors
from tests.personas import Personas

WHY = "Somebody was named who must not be."
HELD = date(2025, 3, 1)


@pytest.fixture
def auditing(personas: Personas) -> Auditing:
    return audits_of(personas)


@pytest.fixture
def audit(auditing: Auditing) -> Audit:
    return auditing.hold(HELD, "5A.B", reference="ZAA900001")


@pytest.fixture
def car(auditing: Auditing, audit: Audit) -> Finding:
    return auditing.car(audit)


def page_of(row: Audit | Finding) -> str:
    kind = "audit" if isinstance(row, Audit) else "finding"
    return f"/records/{kind}/{row.pk}/remove-name/"


def entries_of(row: Audit | Finding, reader: Reader) -> list[TimelineEntry]:
    aggregate = Aggregate.AUDIT if isinstance(row, Audit) else Aggregate.FINDING
    return timeline(aggregate=aggregate, aggregate_id=row.pk, reader=reader)


def remove(row: Audit | Finding, actor: Actor, sequence: int = 1, reason: str = WHY) -> None:
    aggregate = Aggregate.AUDIT if isinstance(row, Audit) else Aggregate.FINDING
    redact_entry(aggregate=aggregate, aggregate_id=row.pk, actor=actor, sequence=sequence, reason=reason)


class TestAudit:
    def test_its_auditor_takes_a_name_out_of_an_entry(self, personas: Personas, audit: Audit) -> None:
        client = personas.auditor.client
        assert page_of(audit) in client.get(f"/audits/{audit.pk}/").content.decode()
        assert "Auditor Person" in text_of(client.get(page_of(audit)))
        done = client.post(page_of(audit), {"entry": "1", "reason": WHY})
        assert done["Location"] == f"/audits/{audit.pk}/"
        text = text_of(client.get(f"/audits/{audit.pk}/"))
        assert "The entry names nobody any more." in text
        assert f"Took personal details out of entry 1 of this record. Reason: {WHY}" in text
        assert entries_of(audit, Reader.OPERATOR)[0].who == "Name removed"
        assert verify().whole

    def test_the_site_reads_that_a_name_is_gone_and_not_why(self, personas: Personas, audit: Audit) -> None:
        published = entries_of(audit, Reader.SITE)[-1]
        remove(audit, personas.auditor.actor, published.sequence)
        (entry,) = entries_of(audit, Reader.SITE)
        assert (entry.who, entry.sentence) == ("Name removed", published.sentence)
        assert WHY not in text_of(personas.site.client.get(f"/audits/{audit.pk}/"))

    def test_the_reason_of_a_correction_goes_with_the_name(
        self, personas: Personas, auditing: Auditing, audit: Audit
    ) -> None:
        edition = auditing.publish(auditing.correct(audit, reason="Malee is not a worker."))
        for row, kind in ((audit, "audit_corrected"), (edition, "audit_correction_begun")):
            (entry,) = [each for each in entries_of(row, Reader.OPERATOR) if each.kind == kind]
            assert "Malee" in entry.sentence
            remove(row, personas.compliance.actor, entry.sequence)
            (entry,) = [each for each in entries_of(row, Reader.OPERATOR) if each.kind == kind]
            assert entry.sentence.endswith("edition 2: (removed)") or entry.sentence.endswith(
                "of the audit: (removed)"
            )

    def test_nobody_else_does(self, personas: Personas, audit: Audit, car: Finding) -> None:
        let_see(personas.customer.organisation, car)
        for name in ("site", "site_manager", "auditor2", "customer", "ngo", "nobody"):
            with pytest.raises(NotAllowed):
                remove(audit, personas[name].actor)
            text = personas[name].client.get(f"/audits/{audit.pk}/").content.decode()
            assert "remove-name" not in text


class TestCar:
    def test_the_site_takes_a_name_out_of_an_entry_that_it_reads(
        self, personas: Personas, car: Finding
    ) -> None:
        client = personas.site.client
        assert page_of(car) in client.get(f"/cars/{car.pk}/").content.decode()
        done = client.post(page_of(car), {"entry": "1", "reason": WHY})
        assert done["Location"] == f"/cars/{car.pk}/"
        assert entries_of(car, Reader.SITE)[0].who == "Name removed"
        assert verify().whole

    def test_auditor_and_customer_read_that_a_name_is_gone_and_not_why(
        self, personas: Personas, car: Finding
    ) -> None:
        let_see(personas.customer.organisation, car)
        remove(car, personas.site.actor)
        for name in ("auditor", "customer"):
            text = text_of(personas[name].client.get(f"/cars/{car.pk}/"))
            assert "Name removed" in text
            assert WHY not in text
            assert "Took personal details" not in text

    def test_who_only_reads_it_does_not(self, personas: Personas, car: Finding) -> None:
        let_see(personas.customer.organisation, car)
        for name in ("site_viewer", "site2", "auditor", "customer", "admin"):
            with pytest.raises(NotAllowed):
                remove(car, personas[name].actor)
            assert "remove-name" not in personas[name].client.get(f"/cars/{car.pk}/").content.decode()
        remove(car, personas.compliance.actor)

    def test_what_is_missing_is_said_and_the_reason_is_kept(self, personas: Personas, car: Finding) -> None:
        page = personas.site.client.post(page_of(car), {"entry": "1", "reason": " "})
        assert errors_on(page) == {"reason": ["Say why, without naming anybody."]}
        page = personas.site.client.post(page_of(car), {"entry": "99", "reason": WHY})
        assert list(errors_on(page)) == ["entry"]
        assert WHY in page.content.decode()
        assert not AuditEvent.objects.filter(kind="content_redacted").exists()

    def test_an_entry_that_names_nobody_any_more_is_not_offered(
        self, personas: Personas, car: Finding
    ) -> None:
        remove(car, personas.site.actor)
        page = personas.site.client.get(page_of(car)).content.decode()
        assert [f'value="{number}"' in page for number in (1, 2)] == [False, True]

    def test_page_costs_the_same_however_long_the_record_is(
        self, personas: Personas, car: Finding, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        client = personas.site.client
        client.get(page_of(car))
        for _ in range(2):
            with django_assert_num_queries(5):  # session, person, memberships; the CAR, its record
                client.get(page_of(car))
            remove(car, personas.site.actor, sequence=entries_of(car, Reader.SITE)[-1].sequence)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_redact_the_same_entry_one_does() -> None:
    auditing = Auditing()
    audit = auditing.record(HELD)
    redact = partial(remove, audit)
    refused = errors(at_once(partial(redact, auditing.auditor), partial(redact, auditing.operator)))
    assert [type(each) for each in refused] == [InvalidInput]
    assert AuditEvent.objects.filter(kind="audit_content_redacted").count() == 1
    assert verify().whole
