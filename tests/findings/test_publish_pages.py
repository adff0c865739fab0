"""The preview of a publication, and the click that does it."""

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertRedirects

from findings.models import Audit, AuditType, Finding, LeftDecision, LeftFinding
from tests.findings.making import Auditing, states
from tests.findings.scene import Response, audits_of, by_another_company, errors_on, text_of
from tests.personas import Persona, Personas


@pytest.fixture
def auditing(personas: Personas) -> Auditing:
    return audits_of(personas)


def preview(persona: Persona, audit: Audit) -> Response:
    return persona.client.get(f"/audits/{audit.pk}/publish/")


def publish(persona: Persona, audit: Audit, **answers: str) -> Response:
    digest = preview(persona, audit).context["form"]["digest"].value()
    return persona.client.post(f"/audits/{audit.pk}/publish/", {"digest": digest, **answers})


def test_one_sentence_says_what_publishing_will_do(personas: Personas, auditing: Auditing) -> None:
    auditing.hold(date(2025, 3, 1), "5A.B", "2.A", "3.C", "8.A")
    audit = auditing.record(date(2026, 3, 1), "5A.B", "2.A", "9.A", others=["8.A"])
    assert "This raises 3 CARs, supersedes 2, closes 1 and leaves 1 for the operator to decide." in text_of(
        preview(personas.auditor, audit)
    )
    assert "leaves 1 for you to decide." in text_of(preview(personas.compliance, audit))


def test_each_car_has_its_reason_in_plain_words(personas: Personas, auditing: Auditing) -> None:
    first = auditing.hold(date(2025, 3, 1), "5A.B Wages", "2.A Voice", "8.A Providers")
    audit = auditing.record(date(2026, 3, 1), "5A.B Wages", others=["8.A"])
    text = text_of(preview(personas.auditor, audit))
    voice = auditing.car(first, "2.A")
    assert "This audit has a CAR on 5A.B again. It goes on as the new CAR 5A.B Wages." in text
    assert f"{voice.reference} 2.A Voice This audit assessed 2.A and found nothing on it." in text
    assert "This audit has no CAR on 8.A, but something else: non-compliance." in text


def test_nothing_happens_before_the_click(personas: Personas, auditing: Auditing) -> None:
    audit = auditing.record(date(2026, 3, 1), "5A.B")
    preview(personas.auditor, audit)
    assert not Finding.objects.exists()
    assertRedirects(publish(personas.auditor, audit), f"/audits/{audit.pk}/")
    assert Finding.objects.get().raw_code == "5A.B"


def test_clean_audit_that_ends_nothing_says_so(personas: Personas, auditing: Auditing) -> None:
    audit = auditing.record(date(2026, 3, 1))
    assert "This raises no CAR and ends none." in text_of(preview(personas.auditor, audit))
    assert publish(personas.auditor, audit).status_code == 302


def test_follow_up_says_that_it_ends_none(personas: Personas, auditing: Auditing) -> None:
    auditing.hold(date(2025, 3, 1), "5A.B")
    audit = auditing.record(date(2026, 3, 1), type=AuditType.FOLLOW_UP_PARTIAL)
    assert "Only a periodic audit ends earlier CARs" in text_of(preview(personas.auditor, audit))


def test_published_a_second_time_it_stays_as_it_is(personas: Personas, auditing: Auditing) -> None:
    audit = auditing.record(date(2026, 3, 1), "5A.B")
    digest = preview(personas.auditor, audit).context["form"]["digest"].value()
    for _ in range(2):
        response = personas.auditor.client.post(f"/audits/{audit.pk}/publish/", {"digest": digest})
        assertRedirects(response, f"/audits/{audit.pk}/")
    assert Finding.objects.count() == 1


def test_what_changed_since_is_shown_before_anything_is_done(personas: Personas, auditing: Auditing) -> None:
    audit = auditing.record(date(2026, 3, 1), "5A.B")
    digest = preview(personas.auditor, audit).context["form"]["digest"].value()
    auditing.add(audit, "2.A")
    response = personas.auditor.client.post(f"/audits/{audit.pk}/publish/", {"digest": digest})
    assert response.status_code == 409
    text = text_of(response)
    assert "Something has changed since you looked." in text
    assert "This raises 2 CARs." in text
    assert not Finding.objects.exists()
    again = response.context["form"]["digest"].value()
    personas.auditor.client.post(f"/audits/{audit.pk}/publish/", {"digest": again})
    assert Finding.objects.count() == 2


class TestChoices:
    @pytest.fixture
    def car(self, auditing: Auditing) -> Finding:
        return auditing.car(auditing.hold(date(2025, 3, 1), "5A.B Pay"))

    @pytest.fixture
    def audit(self, auditing: Auditing, car: Finding) -> Audit:
        assert car.is_under_way
        return auditing.record(date(2026, 3, 1), "5A.B Pay of packers", "5A.B Pay of drivers")

    def test_asks_as_which_of_several_a_car_goes_on(
        self, personas: Personas, audit: Audit, car: Finding
    ) -> None:
        response = preview(personas.auditor, audit)
        text = text_of(response)
        assert f"As which CAR does {car.reference} “Pay” go on?" in text
        assert "the new CAR 5A.B Pay of packers" in text

    def test_without_a_choice_nothing_is_published(
        self, personas: Personas, audit: Audit, car: Finding
    ) -> None:
        response = publish(personas.auditor, audit)
        assert f"choice_{car.pk}" in errors_on(response)
        assert Finding.objects.count() == 1

    def test_the_choice_is_followed(
        self, personas: Personas, auditing: Auditing, audit: Audit, car: Finding
    ) -> None:
        drivers = audit.entries.get(issue_title="Pay of drivers")
        publish(personas.auditor, audit, **{f"choice_{car.pk}": str(drivers.pk)})
        assert Finding.objects.get(pk=car.pk).superseded_by == auditing.car(audit, title="Pay of drivers")

    def test_a_choice_outlives_a_change(
        self, personas: Personas, auditing: Auditing, audit: Audit, car: Finding
    ) -> None:
        drivers = audit.entries.get(issue_title="Pay of drivers")
        digest = preview(personas.auditor, audit).context["form"]["digest"].value()
        auditing.add(audit, "2.A")
        response = personas.auditor.client.post(
            f"/audits/{audit.pk}/publish/", {"digest": digest, f"choice_{car.pk}": str(drivers.pk)}
        )
        assert response.context["form"][f"choice_{car.pk}"].value() == str(drivers.pk)


class TestDecisions:
    @pytest.fixture
    def car(self, auditing: Auditing) -> Finding:
        return auditing.car(auditing.hold(date(2025, 3, 1), "5A.B"))

    @pytest.fixture
    def audit(self, auditing: Auditing, car: Finding) -> Audit:
        assert car.is_under_way
        return auditing.record(date(2026, 3, 1), others=["5A.B"])

    def test_compliance_staff_can_decide_at_once(
        self, personas: Personas, audit: Audit, car: Finding
    ) -> None:
        name = f"decision_{car.pk}_{audit.pk}"
        publish(personas.compliance, audit, **{name: "closed", f"note_{name}": "Resolved."})
        assert states(car) == ["closed"]

    def test_a_decision_wants_its_reason(self, personas: Personas, audit: Audit, car: Finding) -> None:
        name = f"decision_{car.pk}_{audit.pk}"
        response = publish(personas.compliance, audit, **{name: "closed"})
        assert errors_on(response) == {f"note_{name}": ["Say why, for the record, or decide later."]}

    def test_it_can_be_decided_later(self, personas: Personas, audit: Audit, car: Finding) -> None:
        publish(personas.compliance, audit, **{f"decision_{car.pk}_{audit.pk}": "undecided"})
        assert LeftFinding.objects.get().decision == LeftDecision.UNDECIDED

    def test_of_a_new_edition_they_leave_it_as_decided_or_decide_anew(
        self, personas: Personas, auditing: Auditing, audit: Audit, car: Finding
    ) -> None:
        name = f"decision_{car.pk}_{audit.pk}"
        publish(personas.compliance, audit, **{name: "stays", f"note_{name}": "Still there."})
        edition = auditing.correct(audit)
        text = text_of(preview(personas.compliance, edition))
        assert "This raises no CAR and ends none." in text
        assert "It stays, as was decided on the edition before." in text
        assert "Leave it as decided" in text
        name = f"decision_{car.pk}_{edition.pk}"
        publish(personas.compliance, edition, **{name: "undecided"})
        assert LeftFinding.objects.get(audit=edition).note == "Still there."
        assert not LeftFinding.objects.to_decide().exists()

    @pytest.mark.parametrize("name", ["auditor", "admin"])
    def test_nobody_else_is_asked(self, personas: Personas, audit: Audit, car: Finding, name: str) -> None:
        assert not preview(personas[name], audit).context["form"].decisions
        field = f"decision_{car.pk}_{audit.pk}"
        publish(personas[name], audit, **{field: "closed", f"note_{field}": "Resolved."})
        assert states(car) == ["open"]


class TestAnotherCompanysCars:
    """A site changes its audit company; the new one's audit comes upon CARs that it does not see."""

    def test_are_named_by_their_requirement_alone(self, personas: Personas, auditing: Auditing) -> None:
        earlier = by_another_company(personas, auditing.site).hold(date(2025, 3, 1), "5A.B Secret title")
        audit = auditing.record(date(2026, 3, 1))
        response = preview(personas.auditor, audit)
        html = response.content.decode()
        assert "A CAR of another audit company" in text_of(response)
        assert "Secret title" not in html
        assert auditing.car(earlier).reference not in html
        assert str(auditing.car(earlier).pk) not in html

    def test_are_left_to_the_operator_where_one_has_to_choose(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        by_another_company(personas, auditing.site).hold(date(2025, 3, 1), "5A.B Secret title")
        audit = auditing.record(date(2026, 3, 1), "5A.B One", "5A.B Two")
        response = preview(personas.auditor, audit)
        assert "The operator has to publish this audit" in text_of(response)
        assert "Secret title" not in response.content.decode()
        assert publish(personas.auditor, audit).status_code == 200
        assert Finding.objects.count() == 1
        assert "Secret title" in text_of(preview(personas.compliance, audit))


def test_corrected_edition_says_what_it_raises_anew(personas: Personas, auditing: Auditing) -> None:
    car = auditing.car(auditing.hold(date(2025, 3, 1), "5A.B"))
    edition = auditing.correct(auditing.hold(date(2026, 3, 1)))
    auditing.add(edition, "5A.B Issue on 5A.B")
    text = text_of(preview(personas.compliance, edition))
    assert "This raises 1 CAR and raises 1 anew." in text
    assert f"{car.reference} 5A.B Issue on 5A.B The edition before this one ended it" in text


def test_corrected_text_is_announced(personas: Personas, auditing: Auditing) -> None:
    edition = auditing.correct(auditing.hold(date(2026, 3, 1), "5A.B Wges"))
    entry = edition.entries.get()
    personas.compliance.client.post(
        f"/audits/{edition.pk}/findings/{entry.pk}/",
        {"type": "car", "code": "5A.B", "issue_title": "Wages", "details": ""},
    )
    text = text_of(preview(personas.compliance, edition))
    assert "This raises no new CAR and corrects 1." in text
    assert "This edition says of it: 5A.B Wages" in text


@pytest.mark.parametrize("name", ["auditor", "compliance"])
def test_preview_takes_as_many_queries_for_many_cars_and_audits_as_for_few(
    personas: Personas, auditing: Auditing, name: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    persona = personas[name]
    persona.client.get("/audits/")
    again, gone, others = ("5A.B", "5A.C"), ("2.A", "2.B"), ("8.A", "8.B")
    for how_many, year in ((1, 2024), (2, 2025)):
        codes = [code for group in (again, gone, others) for code in group[:how_many]]
        for month in range(1, 1 + 3 * how_many, 2):
            auditing.hold(date(year, month, 1), *codes)
        late = auditing.record(date(year, 1, 2), *again[:how_many])
        audit = auditing.record(date(year, 12, 1), *again[:how_many], others=others[:how_many])
        for each in (late, audit):
            # session, person, memberships; the audit, seen and to be published; the site's audits and their
            # entries, CARs, own entries, what was left; which of the CARs the reader sees
            with django_assert_num_queries(11):
                assert preview(persona, each).status_code == 200


@pytest.mark.parametrize(("name", "status"), [("auditor2", 404), ("site_manager", 404), ("customer", 404)])
def test_draft_is_published_by_nobody_else(
    personas: Personas, auditing: Auditing, name: str, status: int
) -> None:
    audit = auditing.record(date(2026, 3, 1))
    response = personas[name].client.post(f"/audits/{audit.pk}/publish/", {"digest": "x"})
    assert response.status_code == status
    assert Audit.objects.get().is_draft


def test_site_may_not_publish_what_it_sees(personas: Personas, auditing: Auditing) -> None:
    audit = auditing.hold(date(2026, 3, 1))
    assert personas.site_manager.client.post(f"/audits/{audit.pk}/publish/").status_code == 403
