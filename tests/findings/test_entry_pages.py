"""Adding, changing and removing the findings of an audit that is not published yet."""

from datetime import date

import pytest
from pytest_django.asserts import assertRedirects

from findings.models import Audit, AuditEntry
from tests.findings.making import Auditing
from tests.findings.scene import audits_of, errors_on, text_of
from tests.personas import Personas


@pytest.fixture
def auditing(personas: Personas) -> Auditing:
    return audits_of(personas)


@pytest.fixture
def audit(auditing: Auditing) -> Audit:
    return auditing.record(date(2026, 3, 1), scope=["3", "5A"])


CAR = {"type": "car", "code": "5A.B", "issue_title": "Wages below a living wage", "details": "In two grades."}


def test_auditor_adds_a_car_with_its_text(personas: Personas, audit: Audit) -> None:
    response = personas.auditor.client.post(f"/audits/{audit.pk}/findings/add/", CAR)
    assertRedirects(response, f"/audits/{audit.pk}/")
    entry = audit.entries.get()
    assert (entry.area, entry.letter, entry.issue_title, entry.details) == (
        "5A",
        "B",
        "Wages below a living wage",
        "In two grades.",
    )


def test_another_can_be_added_at_once(personas: Personas, audit: Audit) -> None:
    url = f"/audits/{audit.pk}/findings/add/"
    response = personas.auditor.client.post(url, {"type": "observation", "code": "3.C", "another": "yes"})
    assertRedirects(response, url, fetch_redirect_response=False)
    assert "Observation 3.C has been added." in text_of(personas.auditor.client.get(url))


@pytest.mark.parametrize(
    ("changes", "name", "sentence"),
    [
        ({"issue_title": ""}, "issue_title", "Enter the issue title of the CAR."),
        ({"code": "5A"}, "code", "“5A” is no code"),
        ({"code": ""}, "code", "Enter the code"),
        ({"code": "8.A"}, "code", "Area 8 is not in the scope"),
        ({"type": ""}, "type", "Choose the kind"),
        ({"type": "non_compliance"}, "details", "Only a CAR is recorded with its text"),
    ],
)
def test_says_beside_the_field_what_is_wrong(
    personas: Personas, audit: Audit, changes: dict[str, str], name: str, sentence: str
) -> None:
    response = personas.auditor.client.post(f"/audits/{audit.pk}/findings/add/", {**CAR, **changes})
    assert sentence in " ".join(errors_on(response)[name])
    assert not audit.entries.exists()


def test_the_same_finding_twice_is_refused(personas: Personas, audit: Audit) -> None:
    url = f"/audits/{audit.pk}/findings/add/"
    personas.auditor.client.post(url, CAR)
    response = personas.auditor.client.post(url, {**CAR, "issue_title": "wages BELOW a living wage"})
    assert errors_on(response) == {"issue_title": ["The audit has this finding already."]}


def test_recorder_changes_a_finding(personas: Personas, auditing: Auditing, audit: Audit) -> None:
    auditing.add(audit, "5A.B Wages", personas.auditor.actor)
    entry = audit.entries.get()
    url = f"/audits/{audit.pk}/findings/{entry.pk}/"
    assert personas.auditor.client.get(url).context["form"]["issue_title"].value() == "Wages"
    personas.auditor.client.post(url, {"type": "non_compliance", "code": "5.A.C"})
    entry = AuditEntry.objects.get()
    assert (entry.type, entry.raw_code, entry.issue_title) == ("non_compliance", "5.A.C", "")


def test_removing_asks_first(personas: Personas, auditing: Auditing, audit: Audit) -> None:
    auditing.add(audit, "5A.B Wages", personas.auditor.actor)
    url = f"/audits/{audit.pk}/findings/{audit.entries.get().pk}/remove/"
    assert "Remove CAR 5A.B?" in text_of(personas.auditor.client.get(url))
    assertRedirects(personas.auditor.client.post(url), f"/audits/{audit.pk}/")
    assert not audit.entries.exists()


def test_finding_of_another_audit_does_not_exist_here(
    personas: Personas, auditing: Auditing, audit: Audit
) -> None:
    other = auditing.record(date(2026, 4, 1), "5A.B")
    entry = other.entries.get()
    for page in ("", "remove/"):
        url = f"/audits/{audit.pk}/findings/{entry.pk}/{page}"
        assert personas.auditor.client.get(url).status_code == 404


def test_nobody_else_gets_to_the_findings_of_a_draft(
    personas: Personas, auditing: Auditing, audit: Audit
) -> None:
    auditing.add(audit, "5A.B", personas.auditor.actor)
    entry = audit.entries.get()
    for name in ("auditor2", "site_manager", "customer"):
        for page in ("add/", f"{entry.pk}/", f"{entry.pk}/remove/"):
            url = f"/audits/{audit.pk}/findings/{page}"
            assert personas[name].client.post(url, CAR).status_code == 404, (name, page)
    assert audit.entries.count() == 1
