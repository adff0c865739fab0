"""The dashboard as PDF and Excel: the figures of the page, and on it what they are of, for whom and on which day."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject
from python_calamine import CalamineWorkbook

from actionplans.pdf.models import Rendering
from findings.models import FindingStatus, TriageOutcome
from tests.actionplans.making import make_finding, make_plan, share_with
from tests.actionplans.papers import pdf_at
from tests.factories import make_customer, make_relationship
from tests.findings.scene import text_of
from tests.personas import Persona, Personas
from tests.web.counting import Car, World

pytestmark = pytest.mark.django_db

FILTERS = "?country=GB&status=all"
FORMULA = '=HYPERLINK("http://example.org")'


@pytest.fixture
def world(personas: Personas) -> World:
    world = World(personas)
    for number, status in enumerate([*FindingStatus, FindingStatus.OPEN]):
        world.add(
            Car(days_old=200, status=status, ended_after=20, times=number + 1, outcome=TriageOutcome.URGENT),
            number,
        )
    world.add(Car(site=2, area="1A", days_old=800), 9)
    plan = make_plan(make_finding(world.sites[0]), personas.site.actor)
    customer = make_customer(name=FORMULA)
    make_relationship(world.sites[0], customer)
    share_with(plan, personas.site.actor, customer)
    return world


def sheets(persona: Persona, query: str = "") -> dict[str, list[list[Any]]]:
    response = persona.client.get(f"/dashboard/excel/{query}")
    assert response.status_code == 200
    workbook = CalamineWorkbook.from_filelike(BytesIO(b"".join(response)))
    return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}


def paper(persona: Persona, query: str = "") -> tuple[str, PdfReader]:
    response = pdf_at(persona.client, f"/dashboard/pdf/{query}")
    content = b"".join(response) if response.streaming else response.content
    reader = PdfReader(BytesIO(content))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split()), reader


def tags_of(reader: PdfReader) -> Iterator[DictionaryObject]:
    """The tagged structure, from the whole to its parts."""
    waiting: list[Any] = [reader.root_object["/StructTreeRoot"]]
    while waiting:
        each = waiting.pop().get_object()
        if isinstance(each, list):
            waiting.extend(each)
        elif isinstance(each, DictionaryObject):
            yield each
            waiting.extend([each["/K"]] if "/K" in each else [])


class TestExcel:
    def test_every_figure_of_the_page_is_in_it(self, world: World) -> None:
        page = world.personas.compliance.client.get(f"/{FILTERS}").context
        there = sheets(world.personas.compliance, FILTERS)
        figures = dict(there["1 At a glance"][1:])
        assert figures == {str(bar.label): bar.count for bar in page["figures"]}
        for place, breakdown in enumerate(page["breakdowns"], start=2):
            rows = there[f"{place} {breakdown.heading}"][1:]
            assert [(row[0], row[1]) for row in rows] == [
                (str(bar.label), bar.count) for bar in breakdown.bars
            ]
        quarters = next(rows for name, rows in there.items() if name.endswith("Raised and ended"))
        assert [row[2:] for row in quarters[1:]] == [
            [cell.count for cell in row.cells] for row in page["quarters"]
        ]

    def test_it_says_what_it_shows_for_whom_and_when(self, world: World) -> None:
        compliance = world.personas.compliance
        about = sheets(compliance, FILTERS)["0 About"]
        assert [row[1] for row in about if row[0] == "Filter"] == [
            "Status: All, ended ones too",
            "Country: United Kingdom",
        ]
        said = dict(about)
        assert said["Figures of"] == world.today
        assert said["Made by"] == f"{compliance.user.name}, {compliance.organisation.name}"
        assert dict(sheets(compliance)["0 About"])["Filter"] == "Status: Under way"

    def test_dates_are_dates_and_no_text_is_a_formula(self, world: World) -> None:
        there = sheets(world.personas.compliance)
        quarters = next(rows for name, rows in there.items() if name.endswith("Raised and ended"))
        assert all(isinstance(row[1], date) for row in quarters[1:])
        outstanding = next(rows for name, rows in there.items() if name.endswith("Outstanding"))
        assert outstanding[1] == [FORMULA, 1, 0]


class TestPdf:
    def test_it_has_the_figures_and_what_they_are_of(self, world: World) -> None:
        compliance = world.personas.compliance
        text, reader = paper(compliance, FILTERS)
        for said in (
            "CARs in figures: All CARs",
            "Status: All, ended ones too · Country: United Kingdom",
            f"{compliance.user.name}, {compliance.organisation.name}",
            "By area",
            "Raised and ended",
            f"{FORMULA} 1 0",
            "Page 1 / ",
        ):
            assert said in text
        assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert reader.trailer["/Root"]["/Lang"] == "en-gb"
        assert reader.metadata is not None
        assert reader.metadata.title == "CARs in figures: All CARs"

    def test_the_chart_is_told_in_words_to_who_cannot_see_it(self, world: World) -> None:
        _text, reader = paper(world.personas.compliance, FILTERS)
        said = "Columns for each quarter; the table below has their figures."
        assert [each["/Alt"] for each in tags_of(reader) if "/Alt" in each] == [said]

    def test_asked_for_again_it_is_the_file_that_was_kept(self, world: World) -> None:
        for _ in range(2):
            paper(world.personas.compliance)
        assert Rendering.objects.count() == 1

    def test_nothing_found_is_a_file_too(self, world: World) -> None:
        text, _reader = paper(world.personas.compliance, "?area=1A&status=closed")
        assert "CARs 0" in text


@pytest.mark.parametrize("kind", ["pdf", "excel"])
@pytest.mark.parametrize("reader", ["site", "customer", "ngo", "auditor", "nobody"])
def test_nobody_but_the_operator_has_it(kind: str, reader: str, personas: Personas) -> None:
    response = personas[reader].client.get(f"/dashboard/{kind}/")
    assert response.status_code == 403
    assert "for the operator of this portal" in text_of(response)
