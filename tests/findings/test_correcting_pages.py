"""What the operator alone does: a new edition of an audit, and the decision on what an audit left."""

from datetime import date

import pytest
from pytest_django.asserts import assertRedirects

from findings.models import Audit, Finding, LeftFinding
from tests.findings.making import Auditing, states
from tests.findings.scene import audits_of, errors_on, let_see, text_of
from tests.personas import Personas


@pytest.fixture
def auditing(personas: Personas) -> Auditing:
    return audits_of(personas)


class TestCorrecting:
    def test_operator_begins_a_new_edition_with_a_reason(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        audit = auditing.hold(date(2026, 3, 1), "5A.B")
        client = personas.compliance.client
        response = client.post(f"/audits/{audit.pk}/correct/", {"reason": ""})
        assert errors_on(response) == {"reason": ["Say why the audit has to be corrected."]}
        response = client.post(f"/audits/{audit.pk}/correct/", {"reason": "A finding was left out."})
        edition = Audit.objects.get(corrects=audit)
        assertRedirects(response, f"/audits/{edition.pk}/")
        assert "This is edition 2" in text_of(client.get(f"/audits/{edition.pk}/")) or edition.edition == 2

    def test_a_second_edition_waits_for_the_first(self, personas: Personas, auditing: Auditing) -> None:
        audit = auditing.hold(date(2026, 3, 1))
        auditing.correct(audit)
        response = personas.compliance.client.post(f"/audits/{audit.pk}/correct/", {"reason": "Again."})
        assert response.status_code == 409
        assert "is being prepared already" in text_of(response)

    def test_draft_is_changed_as_it_is(self, personas: Personas, auditing: Auditing) -> None:
        audit = auditing.record(date(2026, 3, 1))
        assert personas.compliance.client.get(f"/audits/{audit.pk}/correct/").status_code == 409

    @pytest.mark.parametrize(
        ("name", "status"), [("auditor", 403), ("site_manager", 403), ("auditor2", 404), ("customer", 404)]
    )
    def test_nobody_else_corrects_a_published_audit(
        self, personas: Personas, auditing: Auditing, name: str, status: int
    ) -> None:
        audit = auditing.hold(date(2026, 3, 1))
        response = personas[name].client.post(f"/audits/{audit.pk}/correct/", {"reason": "Mine."})
        assert response.status_code == status
        assert Audit.objects.count() == 1


class TestDeciding:
    @pytest.fixture
    def car(self, auditing: Auditing) -> Finding:
        car = auditing.car(auditing.hold(date(2025, 3, 1), "5A.B"))
        auditing.hold(date(2026, 3, 1), others=["5A.B"])
        return car

    def answers(self, car: Finding, **changes: str) -> dict[str, str]:
        left = LeftFinding.objects.get(finding=car)
        return {"left": str(left.pk), "decision": "closed", "note": "Resolved, by the report.", **changes}

    def test_page_of_the_car_leads_to_the_decision(self, personas: Personas, car: Finding) -> None:
        actions = personas.compliance.client.get(f"/cars/{car.pk}/").context["actions"]
        assert actions.next.url == f"/cars/{car.pk}/decide/"
        text = text_of(personas.compliance.client.get(actions.next.url))
        assert "What it found on the requirement Non-compliance" in text

    @pytest.mark.parametrize(("decision", "state"), [("closed", "closed"), ("stays", "open")])
    def test_compliance_staff_decide(
        self, personas: Personas, car: Finding, decision: str, state: str
    ) -> None:
        client = personas.compliance.client
        response = client.post(f"/cars/{car.pk}/decide/", self.answers(car, decision=decision))
        assertRedirects(response, f"/cars/{car.pk}/")
        assert states(car) == [state]
        assert LeftFinding.objects.get().note == "Resolved, by the report."

    def test_a_decision_wants_a_reason(self, personas: Personas, car: Finding) -> None:
        response = personas.compliance.client.post(f"/cars/{car.pk}/decide/", self.answers(car, note=" "))
        assert errors_on(response) == {"note": ["Say why, for the record."]}
        assert states(car) == ["open"]

    def test_what_is_decided_is_not_decided_again(self, personas: Personas, car: Finding) -> None:
        answers = self.answers(car)
        personas.compliance.client.post(f"/cars/{car.pk}/decide/", answers)
        response = personas.compliance.client.post(
            f"/cars/{car.pk}/decide/", {**answers, "decision": "stays"}
        )
        assert response.status_code == 409
        assert states(car) == ["closed"]

    def test_closing_is_not_offered_where_no_audit_looked(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        first = auditing.hold(date(2025, 3, 1), "5A.B", scope=["5A"])
        car = auditing.car(first)
        edition = auditing.correct(first)
        edition.entries.all().delete()
        Audit.objects.filter(pk=edition.pk).update(type="initial")
        auditing.publish(edition)
        response = personas.compliance.client.get(f"/cars/{car.pk}/decide/")
        assert [value for value, _label in response.context["form"].fields["decision"].choices] == ["stays"]

    @pytest.mark.parametrize(
        ("name", "status"),
        [("admin", 403), ("site", 403), ("auditor", 403), ("customer", 403), ("site2", 404), ("ngo", 404)],
    )
    def test_nobody_else_decides(self, personas: Personas, car: Finding, name: str, status: int) -> None:
        let_see(personas.customer.organisation, car)
        client = personas[name].client
        assert client.get(f"/cars/{car.pk}/decide/").status_code == status
        assert client.post(f"/cars/{car.pk}/decide/", self.answers(car)).status_code == status
        assert states(car) == ["open"]
