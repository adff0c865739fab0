"""Titles of Workplace Requirements: the operator's reference data, shown beside codes and refusing none."""

from datetime import date
from http import HTTPStatus

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from carportal.core.audit import Aggregate, Reader, timeline
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from findings import services
from findings.models import EntryType, RequirementTitle
from findings.requirements import Requirement
from findings.services import EntryDetails
from tests.factories import make_operator
from tests.findings.making import Auditing
from tests.personas import Personas

pytestmark = pytest.mark.django_db

ADD = reverse("admin:findings_requirementtitle_add")
LIST = reverse("admin:findings_requirementtitle_changelist")
TITLE = "Wages are moved towards a living wage"


def said() -> list[str]:
    entries = timeline(
        aggregate=Aggregate.ORGANISATION, aggregate_id=make_operator().pk, reader=Reader.OPERATOR
    )
    return [entry.sentence for entry in entries]


def add(personas: Personas, code: str = "5A.B", title: str = TITLE) -> RequirementTitle:
    area, letter = code.split(".")
    return services.add_requirement_title(
        actor=personas.admin.actor, requirement=Requirement(area, letter), title=title
    )


def post(personas: Personas, url: str, **fields: str) -> HttpResponse:
    response = personas.admin.client.post(url, fields)
    assert isinstance(response, HttpResponse)
    return response


def test_title_is_entered_and_changed_and_both_are_on_the_operators_record(personas: Personas) -> None:
    assert (
        post(personas, ADD, area="5A", letter="B", title=" Wages  are low ").status_code == HTTPStatus.FOUND
    )
    titled = RequirementTitle.objects.get()
    assert (str(titled.requirement), titled.title) == ("5A.B", "Wages are low")
    change = reverse("admin:findings_requirementtitle_change", args=[titled.pk])
    for _ in range(2):  # the second time nothing changes, and nothing is recorded
        assert post(personas, change, title=TITLE).status_code == HTTPStatus.FOUND
    assert RequirementTitle.objects.get().title == TITLE
    assert said() == [
        "Set the title of Workplace Requirement 5A.B to “Wages are low”",
        f"Set the title of Workplace Requirement 5A.B to “{TITLE}”",
    ]


def test_second_title_of_a_requirement_is_refused_and_what_was_typed_stays(personas: Personas) -> None:
    add(personas)
    response = post(personas, ADD, area="5A", letter="B", title="Another title")
    page = response.content.decode()
    assert response.status_code == HTTPStatus.OK
    assert "This requirement has a title already. Change that one." in page
    assert 'value="Another title"' in page
    assert RequirementTitle.objects.get().title == TITLE
    assert len(said()) == 1


def test_code_of_a_title_stays(personas: Personas) -> None:
    titled = add(personas)
    change = reverse("admin:findings_requirementtitle_change", args=[titled.pk])
    post(personas, change, title=TITLE, area="7", letter="C")
    assert str(RequirementTitle.objects.get().requirement) == "5A.B"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"area": "5A", "letter": "b", "title": TITLE}, "Enter one capital letter, such as B."),
        ({"area": "99", "letter": "B", "title": TITLE}, "Select a valid choice"),
        ({"area": "5A", "letter": "B", "title": "  "}, "This field is required"),
    ],
)
def test_what_cannot_be_taken_is_said(personas: Personas, fields: dict[str, str], sentence: str) -> None:
    assert sentence in post(personas, ADD, **fields).content.decode()
    assert not RequirementTitle.objects.exists()


def test_only_managers_of_the_operator_enter_titles(personas: Personas) -> None:
    titled = add(personas)
    for name in ("compliance", "site_manager", "auditor", "nobody", "anonymous"):
        actor = personas[name].actor
        with pytest.raises(NotAllowed):
            services.add_requirement_title(actor=actor, requirement=Requirement("7", "A"), title=TITLE)
        with pytest.raises(NotAllowed):
            services.change_requirement_title(actor=actor, title_id=titled.pk, title="Another")
    assert RequirementTitle.objects.get().title == TITLE


def test_title_that_is_gone_is_said_to_be(personas: Personas) -> None:
    titled = add(personas)
    pk = titled.pk
    titled.delete()
    with pytest.raises(Conflict, match="no longer there"):
        services.change_requirement_title(actor=personas.admin.actor, title_id=pk, title=TITLE)


@pytest.mark.parametrize(
    "wrong", [{"area": "99"}, {"letter": "b"}, {"title": ""}, {}], ids=["area", "letter", "title", "twice"]
)
def test_database_itself_refuses_what_makes_no_sense(personas: Personas, wrong: dict[str, str]) -> None:
    add(personas)
    given = {"area": "5A", "letter": "C" if wrong else "B", "title": TITLE} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        RequirementTitle.objects.create(**given)


def test_longer_lists_take_no_more_queries(
    personas: Personas, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = personas.admin.client
    for letters in ("ABC", "DEFGHIJ"):
        for letter in letters:
            add(personas, f"5A.{letter}")
        with django_assert_num_queries(
            5
        ):  # session, person, memberships, and of the list: its count and its rows
            client.get(LIST)


def test_page_of_a_car_says_what_its_requirement_is_called(personas: Personas) -> None:
    auditing = Auditing()
    finding = auditing.car(auditing.hold(date(2026, 5, 5), "5.A.B"))
    url = reverse("finding", args=[finding.pk])
    page = personas.compliance.client.get(url).content.decode()
    assert "5A.B, in area 5A Living wages are paid (printed as 5.A.B)" in page
    add(personas)
    page = personas.compliance.client.get(url).content.decode()
    assert f"5A.B {TITLE}, in area 5A Living wages are paid (printed as 5.A.B)" in page


def test_titles_in_scope_are_offered_as_a_code_is_typed(personas: Personas) -> None:
    audit = Auditing().record(date(2026, 5, 5), scope=["5A", "1A"])
    form = reverse("audit_entry_add", args=[audit.pk])
    assert "<datalist" not in personas.compliance.client.get(form).content.decode()
    add(personas)
    add(personas, "1A.C", "Recruitment is fair")
    add(personas, "7.A", "Nobody is discriminated against")
    page = personas.compliance.client.get(form).content.decode()
    assert f'<option value="5A.B">5A.B {TITLE}</option>' in page
    assert page.index("1A.C Recruitment") < page.index("5A.B Wages"), "in the order of the audit report"
    assert "discriminated" not in page
    assert 'list="requirement-titles"' in page


def test_title_never_refuses_a_code(personas: Personas) -> None:
    add(personas)
    audit = Auditing().record(date(2026, 5, 5), scope=["5A"])
    details = EntryDetails(EntryType.CAR, "5.A.B", "There is no dedicated equity approach", "Seen.")
    entry = services.add_entry(audit_id=audit.pk, actor=personas.compliance.actor, details=details)
    assert (str(entry.requirement), entry.issue_title) == ("5A.B", details.issue_title)


def test_title_needs_one(personas: Personas) -> None:
    with pytest.raises(InvalidInput) as refused:
        add(personas, title="  ")
    assert list(refused.value.fields) == ["title"]
