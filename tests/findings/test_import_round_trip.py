"""Whatever audits there are, and however a spreadsheet writes them, they come out as they went in."""

import datetime
import random
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from findings.importing.columns import NAMES, OPTIONAL, Column
from findings.importing.known import entry_key
from findings.importing.values import AUDIT_TYPES, FINDING_TYPES
from findings.models import AuditType, EntryType
from findings.requirements import AREA_CODES, Requirement
from tests.findings.spreadsheets import COMPANY, TODAY, Cell, Row, csv_of, planned, xlsx_of

AREAS = ["1A", "5", "5A", "10B"]
# What a cell keeps to the letter; that the rest is tidied is tested elsewhere.
texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp", "Cf", "Cn"]),
    min_size=1,
    max_size=30,
).filter(
    lambda text: (
        any(letter.isalnum() for letter in text)
        and text.lower() not in {"none", "na", "nil", "nothing", "clean"}
    )
)
details = st.lists(texts, max_size=3).map("\n".join)
days = st.dates(datetime.date(2000, 1, 1), TODAY)


@dataclass(frozen=True)
class Finding:
    type: EntryType
    requirement: Requirement
    title: str
    details: str


@dataclass(frozen=True)
class Report:
    """An audit as it is printed."""

    number: int
    site: int
    type: AuditType
    day: datetime.date
    scope: tuple[str, ...]
    findings: tuple[Finding, ...]


requirements = st.builds(Requirement, st.sampled_from(AREAS), st.sampled_from("AB"))
findings = st.builds(Finding, st.sampled_from(EntryType), requirements, texts, details)


@st.composite
def reports(draw: st.DrawFn) -> list[Report]:
    return [
        Report(
            number,
            draw(st.integers(1, 3)),
            draw(st.sampled_from(AuditType)),
            draw(days),
            tuple(AREA_CODES),
            tuple(
                draw(
                    st.lists(
                        findings,
                        max_size=4,
                        unique_by=lambda each: entry_key(each.type, each.requirement, each.title),
                    )
                )
            ),
        )
        for number in range(1, draw(st.integers(1, 4)) + 1)
    ]


DATES: list[Callable[[datetime.date], Cell]] = [
    datetime.date.isoformat,
    lambda day: f"{day:%d %B %Y}",
    lambda day: f"{day:%d-%b-%Y}",
    lambda day: f"{day:%Y/%m/%d}",
    lambda day: str((day - datetime.date(1899, 12, 30)).days),
]
WRITERS = [
    xlsx_of,
    *(
        lambda rows, header, titles, d=delimiter, e=encoding: csv_of(
            rows, header, titles=titles, delimiter=d, encoding=e
        )
        for delimiter in ",;\t"
        for encoding in ("utf-8", "utf-8-sig", "utf-16")
    ),
]


def rows_of(report: Report, write_day: Callable[[datetime.date], Cell], dice: random.Random) -> list[Row]:
    country = ["Spain", "ES", "esp"]
    common: dict[Column, Cell] = {
        Column.SUPPLIER_REFERENCE: f"zc 700000{report.site}",
        Column.SUPPLIER_NAME: f"Supplier {report.site}",
        Column.SITE_REFERENCE: f"ZS700000{report.site}",
        Column.SITE_NAME: f"Site {report.site}",
        Column.COUNTRY: dice.choice(country),
        Column.AUDIT_REFERENCE: f"ZAA{report.number}",
        Column.AUDIT_TYPE: spelt(AUDIT_TYPES[report.type], dice),
        Column.AUDIT_DATE: write_day(report.day),
        Column.AUDIT_COMPANY: dice.choice([COMPANY, COMPANY.upper(), "ZC7000009"]),
        Column.SCOPE: dice.choice(["four pillars", "4-Pillar", ", ".join(AREA_CODES)]),
    }
    written = [
        common
        | {
            Column.FINDING_TYPE: spelt(FINDING_TYPES[each.type], dice),
            Column.REQUIREMENT: f"{each.requirement.area}.{each.requirement.letter}",
            Column.ISSUE_TITLE: each.title,
            Column.DETAILS: each.details,
        }
        for each in report.findings
    ]
    return [*written] or [common]


def spelt(names: str, dice: random.Random) -> str:
    """Any of the names, in any letters."""
    name = dice.choice([each.strip() for each in " ".join(names.split()).split("|")])
    return dice.choice([name, name.upper(), name.title().replace(" ", "-")])


def header_of(dice: random.Random) -> dict[Column, str]:
    """Any order, any of the names of each column, the optional ones there or not."""
    columns = [column for column in Column if column not in OPTIONAL or column == Column.SCOPE]
    dice.shuffle(columns)
    names = {column: [name for name, each in NAMES.items() if each == column] for column in columns}
    return {
        column: dice.choice([str.upper, str.title, str.lower])(dice.choice(names[column]))
        for column in columns
    }


@settings(max_examples=settings().max_examples // 2)
@given(reports(), st.sampled_from(DATES), st.sampled_from(WRITERS), st.integers(0, 3), st.integers(0, 10_000))
def test_audits_come_out_as_they_went_in(
    audits: list[Report], write_day, write, titles: int, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 - of the test's own
    rows = [each for audit in audits for each in rows_of(audit, write_day, dice)]
    plan = planned(write(rows, header_of(dice), titles=[["A title", "of an export"]] * titles))
    assert plan.problems == []
    read = {each.facts.reference: each for each in plan.audits}
    assert list(read) == [f"ZAA{audit.number}" for audit in audits]
    for audit in audits:
        facts = read[f"ZAA{audit.number}"].facts
        assert (facts.type, facts.date, facts.scope) == (audit.type, audit.day, audit.scope)
        assert facts.site_reference == f"ZS700000{audit.site}"
        assert entries_of(read[f"ZAA{audit.number}"].entries) == expected(audit)
    assert {each.reference for each in plan.sites} == {f"ZS700000{audit.site}" for audit in audits}


def entries_of(entries) -> set[tuple[object, ...]]:
    return {(key.type, key.requirement, text.title, text.details) for key, text in entries.items()}


def expected(audit: Report) -> set[tuple[object, ...]]:
    """Only a CAR keeps its text."""
    return {
        (each.type, each.requirement, each.title, each.details)
        if each.type == EntryType.CAR
        else (each.type, each.requirement, "", "")
        for each in audit.findings
    }
