"""A list of CARs saved as a file: what its reader sees, in that order, and nothing that a spreadsheet runs."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.http import HttpResponse
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings
from python_calamine import CalamineWorkbook

from findings.exporting import Listing
from findings.exporting.columns import Column
from findings.exporting.csv import FORMULA_STARTS, as_cell, lines_of
from findings.exporting.excel import LONGEST_TEXT, workbook_of
from findings.models import Finding
from tests.actionplans.making import make_finding, make_plan, share_with
from tests.factories import make_relationship, make_site
from tests.findings.making import Auditing
from tests.findings.scene import audits_of, let_see
from tests.personas import Persona, Personas

pytestmark = pytest.mark.django_db

Rows = list[dict[str, Any]]
Read = Callable[..., Rows]


@pytest.fixture
def auditing(personas: Personas) -> Auditing:
    return audits_of(personas)


def as_csv(persona: Persona, **filters: str) -> Rows:
    response = persona.client.get("/cars/csv/", filters)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(response).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text[1:], newline=""), strict=True))


def as_excel(persona: Persona, **filters: str) -> Rows:
    response = persona.client.get("/cars/excel/", filters)
    header, *rows = read_workbook(b"".join(response))
    return [dict(zip(header, row, strict=True)) for row in rows]


def read_workbook(content: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()


either = pytest.mark.parametrize("read", [as_csv, as_excel])


@either
class TestWhatIsInIt:
    def test_rows_and_their_order_are_those_of_the_list(
        self, read: Read, personas: Personas, auditing: Auditing
    ) -> None:
        auditing.hold(date(2024, 3, 1), "5A.B", "2.A")
        auditing.hold(date(2025, 3, 1), "8.A", "5A.B", "5A.C", scope=["8", "5A"])
        for filters in ({}, {"status": "all"}, {"area": "5A", "status": "all"}, {"times": "2"}):
            listed = personas.site.client.get("/cars/", filters).context["page"].rows
            assert listed
            assert [row["CAR"] for row in read(personas.site, **filters)] == [
                finding.reference for finding in listed
            ]

    def test_each_says_what_its_page_does(self, read: Read, personas: Personas, auditing: Auditing) -> None:
        auditing.hold(date(2024, 3, 1), "5A.B Wages", reference="ZAA800777")
        auditing.hold(date(2025, 3, 4))
        row = read(personas.compliance, status="all")[0]
        told = {name: value for name, value in row.items() if name not in {"CAR", "Raised on", "Ended on"}}
        assert {name: str(value).removesuffix(".0") for name, value in told.items()} == {
            "Status": "Closed",
            "Workplace Requirement (WR)": "5A.B",
            "Area": "5A Living wages are paid",
            "Issue title": "Wages",
            "Details": "What was seen on 5A.B.",
            "Times raised": "1",
            "Raised by audit": "ZAA800777",
            "Site": "Green Valley Packhouse",
            "Site reference": auditing.site.reference,
            "Supplier": "Green Valley Foods",
            "Supplier reference": personas.site.organisation.reference,
            "Country": "United Kingdom",
            "Sector": "Food and drink manufacturing",
            "Action plan": "None published",
        }
        assert str(row["Raised on"]) == "2024-03-01"
        assert str(row["Ended on"]) == "2025-03-04"

    def test_nobody_gets_more_than_the_list_shows(
        self, read: Read, personas: Personas, auditing: Auditing
    ) -> None:
        audit = auditing.hold(date(2025, 3, 1), "5A.B", "2.A")
        let_see(personas.customer.organisation, auditing.car(audit, "2.A"))
        assert len(read(personas.site)) == 2
        assert [row["Workplace Requirement (WR)"] for row in read(personas.customer)] == ["2.A"]
        for reader in ("site2", "customer2", "auditor2", "ngo", "nobody"):
            assert read(personas[reader]) == []

    def test_columns_keep_to_what_the_reader_may_know(
        self, read: Read, personas: Personas, auditing: Auditing
    ) -> None:
        car = auditing.car(auditing.hold(date(2025, 3, 1), "5A.B"))
        make_plan(car, personas.site.actor)
        let_see(personas.customer.organisation, car)
        (of_site,), (of_operator,) = read(personas.site), read(personas.compliance)
        (of_customer,), (of_auditor,) = read(personas.customer), read(personas.auditor)
        assert of_site["Action plan"] == "Being written"
        assert of_operator["Action plan"] == "None published"
        assert of_customer["Action plan"] == "None that you can read"
        assert "Supplier" not in of_site
        assert "Supplier reference" not in of_customer
        hidden = {"Action plan", "Times raised", "Supplier reference"}
        assert hidden.isdisjoint(of_auditor)
        assert {"Times raised", "Supplier reference"}.isdisjoint(of_customer)

    def test_what_was_shared_is_told_to_its_party_alone(self, read: Read, personas: Personas) -> None:
        site = make_site(personas.site.organisation)
        make_relationship(site, personas.customer.organisation)
        finding = make_finding(site)
        let_see(personas.customer2.organisation, finding)
        plan = make_plan(finding, personas.site.actor)
        share_with(plan, personas.site.actor, personas.customer.organisation)
        assert [row["Action plan"] for row in read(personas.customer)] == ["Shared with you"]
        assert [row["Action plan"] for row in read(personas.customer2)] == ["None that you can read"]

    def test_a_longer_list_than_one_waits_for_is_asked_of_a_worker(
        self, read: Read, personas: Personas, auditing: Auditing, settings: Settings
    ) -> None:
        auditing.hold(date(2025, 3, 1), "5A.B", "5A.C", "2.A")
        settings.EXPORT_MAX_ROWS = 2
        for kind, file in (("csv", "csv"), ("excel", "xlsx")):
            response = personas.site.client.get(f"/cars/{kind}/?status=open")
            assert response["Location"] == f"/cars/files/new/?status=open&file={file}"
        assert len(read(personas.site, area="5A")) == 2


@pytest.mark.parametrize(("kind", "suffix"), [("csv", "csv"), ("excel", "xlsx")])
def test_name_of_the_file_tells_what_it_is_and_the_day_alone(
    personas: Personas, kind: str, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: date(2026, 3, 2))
    response = personas.customer.client.get(f"/cars/{kind}/")
    assert response["Content-Disposition"] == f'attachment; filename="cars-2026-03-02.{suffix}"'
    assert b"".join(response)


def test_the_list_offers_the_files_of_its_own_filters(personas: Personas, auditing: Auditing) -> None:
    auditing.hold(date(2025, 3, 1), "5A.B")
    page = personas.site.client.get("/cars/?area=5A&status=all&site=nonsense").content.decode()
    assert 'href="/cars/csv/?status=all&amp;area=5A"' in page
    assert 'href="/cars/excel/?status=all&amp;area=5A"' in page


@pytest.mark.parametrize("kind", ["csv", "excel"])
def test_takes_as_many_queries_for_many_cars_as_for_few(
    personas: Personas, auditing: Auditing, kind: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = personas.compliance.client
    for number, how_many in enumerate((2, 20)):
        auditing.hold(date(2025, 3, 1 + number), *(f"5A.B Issue {n}" for n in range(how_many)), scope=["5A"])
        # session, person, memberships; the number of all, the rows
        with django_assert_num_queries(5):
            b"".join(client.get(f"/cars/{kind}/?status=all"))


# --- Hostile cells ----------------------------------------------------------------------------------

# Whatever a text column can hold, and often what a spreadsheet would start a formula with.
texts = st.builds(
    lambda start, rest: start + rest,
    st.sampled_from(["", *FORMULA_STARTS]),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40),
)
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x","y")', 'a"b;=1,\r\n=2']


class OneRow(Listing):
    """A listing of these texts, without a CAR."""

    def rows(self) -> Iterator[list[Any]]:
        yield [column.value(Finding()) for column in self.columns]


def _always(value: Any, _finding: Finding) -> Any:
    return value


@contextmanager
def listing(*values: Any) -> Iterator[Listing]:
    columns = [Column(f"Column {n}", partial(_always, value)) for n, value in enumerate(values)]
    yield OneRow(columns, Finding.objects.none(), "en-gb")


@settings(max_examples=settings().max_examples * 3 // 2)
@given(st.lists(texts, min_size=1, max_size=3))
@example(DANGEROUS)
def test_no_cell_of_a_csv_is_a_formula_and_none_loses_what_it_says(values: list[str]) -> None:
    with listing(*values) as made:
        lines = list(lines_of(made))
    assert all(line.endswith("\r\n") for line in lines)
    _header, row = csv.reader(StringIO("".join(lines), newline=""), strict=True)
    for cell, value in zip(row, values, strict=True):
        assert not cell.startswith(FORMULA_STARTS)
        assert cell == value or cell == f"'{value}"


@settings(max_examples=settings().max_examples // 2)
@given(st.lists(texts, min_size=1, max_size=3))
@example(DANGEROUS)
@example(["_x0041_", "\x01\x1f", "\ufffe", "http://elsewhere.example", "007"])
def test_every_text_in_a_workbook_is_the_text_that_it_was(values: list[str]) -> None:
    with listing(*values) as made, workbook_of(made) as file:
        workbook = file.read()
    rows = read_workbook(workbook)
    for cell, value in zip(rows[1] if len(rows) > 1 else [""] * len(values), values, strict=True):
        assert isinstance(cell, str)
        assert as_read(cell) == as_read(value)
    assert b"<f>" not in sheet_of(workbook)


def as_read(text: str) -> str:
    """What XML makes of line ends, and what it has no character for."""
    for lost in ("\ufffe", "\uffff"):
        text = text.replace(lost, "\ufffd")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def sheet_of(workbook: bytes) -> bytes:
    return ZipFile(BytesIO(workbook)).read("xl/worksheets/sheet1.xml")


def test_numbers_and_days_are_no_text_in_a_workbook() -> None:
    with listing(3, date(2026, 3, 2), None, "3") as made, workbook_of(made) as file:
        assert read_workbook(file.read())[1] == [3, date(2026, 3, 2), "", "3"]


def test_a_text_that_no_cell_holds_is_cut() -> None:
    with listing("x" * (LONGEST_TEXT + 1)) as made, workbook_of(made) as file:
        assert read_workbook(file.read())[1] == ["x" * LONGEST_TEXT]


def test_what_one_sheet_does_not_hold_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("findings.exporting.excel.MOST_ROWS", 3)
    with listing("one", 2) as made:
        rows = [["one", 2]] * 5
        monkeypatch.setattr(OneRow, "rows", lambda _self: iter(rows))
        with workbook_of(made) as file:
            workbook = CalamineWorkbook.from_filelike(BytesIO(file.read()))
    assert workbook.sheet_names == ["CARs", "CARs (2)", "CARs (3)"]
    header = ["Column 0", "Column 1"]
    sheets = [workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names]
    assert sheets == [[header, *rows[:2]], [header, *rows[2:4]], [header, *rows[4:]]]


def test_header_stays_in_view_and_can_be_filtered_by() -> None:
    with listing("one", "two") as made, workbook_of(made) as file:
        sheet = sheet_of(file.read())
    assert b'state="frozen"' in sheet
    assert b'<autoFilter ref="A1:B2"/>' in sheet


def test_days_and_numbers_stand_plainly_in_a_csv() -> None:
    assert [as_cell(value) for value in (date(2026, 3, 2), 3, None, "-3")] == ["2026-03-02", "3", "", "'-3"]


def test_response_is_as_closed_to_caches_as_every_page(personas: Personas) -> None:
    for kind in ("csv", "excel"):
        response = personas.site.client.get(f"/cars/{kind}/")
        assert not isinstance(response, HttpResponse), "it is streamed"
        assert "no-store" in response["Cache-Control"]
        b"".join(response)
