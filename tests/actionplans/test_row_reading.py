"""What each reader gets of the rows: in words, and nothing of a party that is shown only to itself."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplans.annex import CURRENT, EVERYONE, SITE, Audience, Document, GroupRow, RenderedAnnex, render
from actionplans.annex.periods import Period
from actionplans.annex.rows import rows_for
from actionplans.models import Revision
from actionplans.sharing.disclosure import disclosed_to, rows_naming
from stakeholders.models import Organisation

READER, OTHER = UUID(int=1), UUID(int=2)
PARTIES = {name: UUID(int=n) for n, name in enumerate(["mine", "theirs", "free", "open"], start=10)}
AUDIENCES = {
    "reader": Audience(organisation_id=READER),
    "other": Audience(organisation_id=OTHER),
    "nobody": Audience(),
    "site": Audience(is_site=True),
}


def row(group: str, row_id: UUID | None = None, parent: UUID | None = None, /, **cells: str) -> GroupRow:
    blank = GroupRow.new(CURRENT.group(group), row_id or uuid4(), parent)
    return replace(blank, cells={**blank.cells, **cells})


STAKEHOLDERS = [
    row("stakeholders", PARTIES["theirs"], name="Their house", organisation=str(OTHER)),
    row("stakeholders", PARTIES["mine"], name="My house", organisation=str(READER), kind="customer"),
    row("stakeholders", PARTIES["free"], name="A free name"),
    row("stakeholders", PARTIES["open"], name="The union", shown=EVERYONE),
]


def read(reader: str, **rows: list[GroupRow]) -> RenderedAnnex:
    document = Document.of(CURRENT, {}, rows)
    return render(Revision(document=document.to_json()), AUDIENCES[reader], "en-gb")


def shown(annex: RenderedAnnex, group: str) -> list[dict[str, str]]:
    groups = [each for row in annex.rows for each in row.groups if each.name == group]
    return [{name: cell.text for name, cell in row.cells.items()} for each in groups for row in each.rows]


@pytest.mark.parametrize(
    ("reader", "names"),
    [
        ("reader", ["My house", "The union"]),
        ("other", ["Their house", "The union"]),
        ("nobody", ["The union"]),
        ("site", ["Their house", "My house", "A free name", "The union"]),
    ],
)
def test_party_is_read_by_itself_and_the_site_unless_it_is_shown_to_everyone(
    reader: str, names: list[str]
) -> None:
    assert [each["name"] for each in shown(read(reader, stakeholders=STAKEHOLDERS), "stakeholders")] == names


def test_only_the_site_reads_to_whom_a_party_is_shown() -> None:
    mine = shown(read("reader", stakeholders=STAKEHOLDERS), "stakeholders")
    assert mine == [{"name": "My house", "kind": "Customer"}, {"name": "The union"}]
    sites = shown(read("site", stakeholders=STAKEHOLDERS), "stakeholders")
    assert [each["shown"] for each in sites] == [*["Only itself"] * 3, "Everyone who reads the plan"]


@pytest.mark.parametrize("column", ["owner", "support_from"])
def test_action_is_read_by_whoever_may_read_of_each_party_in_it(column: str) -> None:
    actions = [
        row("actions", what=f"By {name}", **{column: value})
        for name, value in [
            ("the site", SITE),
            *((name, str(party)) for name, party in PARTIES.items()),
            ("one that is gone", str(uuid4())),
        ]
    ]
    for reader, whats in {
        "reader": ["the site", "mine", "open"],
        "other": ["the site", "theirs", "open"],
        "nobody": ["the site", "open"],
        "site": ["the site", *PARTIES, "one that is gone"],
    }.items():
        got = shown(read(reader, stakeholders=STAKEHOLDERS, actions=actions), "actions")
        assert [each["what"] for each in got] == [f"By {each}" for each in whats]
    gone = shown(read("site", stakeholders=STAKEHOLDERS, actions=actions), "actions")[-1]
    assert gone[column] == "No longer among the stakeholders"


hidden_rows = st.lists(
    st.tuples(
        st.sampled_from(["party", "owner", "support_from"]),
        st.integers(0, 9),
        st.sampled_from(["", "2020", "2045-Q3"]),
    ),
    max_size=6,
)


@given(hidden_rows)
def test_what_is_hidden_from_a_reader_leaves_no_trace(hidden: list[tuple[str, int, str]]) -> None:
    """Wherever it stands among the others, and whatever time it has: not in words, numbers or drawings."""
    stakeholders = [STAKEHOLDERS[1], STAKEHOLDERS[3]]
    actions = [
        row("actions", UUID(int=100), what="Repay", owner=str(PARTIES["mine"]), starts="2026", ends="2027"),
        row("actions", UUID(int=101), what="Ask", ends="2027-Q2"),
    ]
    alone = read("reader", stakeholders=stakeholders, actions=actions)
    secret = UUID(int=500)
    stakeholders.insert(0, row("stakeholders", secret, name="Bellweather", organisation=str(OTHER)))
    for number, (what, place, time) in enumerate(hidden):
        if what == "party":
            extra = row("stakeholders", UUID(int=600 + number), name=f"Free {number}")
            stakeholders.insert(place, extra)
        else:
            extra = row("actions", UUID(int=600 + number), what="Secret", ends=time, **{what: str(secret)})
            actions.insert(place, extra)
    assert read("reader", stakeholders=stakeholders, actions=actions) == alone


def test_chain_below_a_cause_is_read_in_its_order() -> None:
    cause, other = uuid4(), uuid4()
    annex = read(
        "nobody",
        causes=[row("causes", cause, what="Fees"), row("causes", other, what="Hours")],
        whys=[
            row("whys", None, cause, because="The agency charges them"),
            row("whys", None, other, because="Orders come late"),
            row("whys", None, cause, because="Our contract leaves it out"),
        ],
    )
    (group,) = next(each for each in annex.rows if each.name == "root_cause").groups
    assert [
        (each.lines[0], [line for below in each.below for line in below.lines]) for each in group.rows
    ] == [
        (
            "What went wrong: Fees",
            ["Because: The agency charges them", "Because: Our contract leaves it out"],
        ),
        ("What went wrong: Hours", ["Because: Orders come late"]),
    ]


class TestTimeline:
    def drawn(self, *times: tuple[str, str]):
        actions = [row("actions", what="Repay", starts=starts, ends=ends) for starts, ends in times]
        annex = read("nobody", actions=actions)
        (group,) = next(each for each in annex.rows if each.name == "actions").groups
        return group.timeline

    def test_each_bar_has_its_place_on_an_axis_of_whole_years(self) -> None:
        timeline = self.drawn(("2026-Q3", "2027-06"), ("", "2028"), ("2027", ""), ("", ""))
        assert [(bar.left, bar.width, bar.is_open) for bar in timeline.bars] == [
            ("16.67", "33.33", False),
            ("66.67", "33.33", False),
            ("33.33", "66.67", True),
        ]
        assert [year.label for year in timeline.years] == ["2026", "2027", "2028"]

    def test_many_years_are_not_all_named(self) -> None:
        timeline = self.drawn(("2026", "2045"))
        assert [year.label for year in timeline.years if year.label] == [
            "2026",
            "2030",
            "2034",
            "2038",
            "2042",
        ]

    def test_without_a_time_nothing_is_drawn(self) -> None:
        assert self.drawn(("", "")) is None

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["", "2026", "2030-Q4", "2031-12"]), st.sampled_from(["", "2025", "2031-Q1"])
            ),
            min_size=1,
        )
    )
    def test_every_bar_is_within_the_drawing(self, times: list[tuple[str, str]]) -> None:
        timeline = self.drawn(*times)
        for bar in timeline.bars if timeline else ():
            assert 0 <= float(bar.left) < 100
            assert 0 < float(bar.width) <= 100.01 - float(bar.left)


@given(
    st.integers(2000, 2099),
    st.one_of(st.none(), st.integers(1, 12)),
    st.one_of(st.none(), st.integers(1, 4)),
)
def test_period_is_spelt_in_one_way_and_covers_its_months(
    year: int, month: int | None, quarter: int | None
) -> None:
    period = Period(year, month=month or 0) if month else Period(year, quarter=quarter or 0)
    assert Period.read(str(period)) == period
    length = (period.ends_before.year - year) * 12 + period.ends_before.month - period.begins.month
    assert length == (1 if month else 3 if quarter else 12)


class TestDisclosure:
    """A name in a row is a name that is read, by whoever reads the row."""

    def test_names_in_rows_are_found_for_those_who_read_them(self) -> None:
        northmarket = Organisation(pk=OTHER, name="Northmarket Ltd", reference="ZC1")
        document = Document.of(
            CURRENT,
            {},
            {
                "stakeholders": STAKEHOLDERS[:2],
                "actions": [
                    row("actions", what="Northmarket pays", owner=str(PARTIES["mine"])),
                    row("actions", what="Ask Northmarket", owner=str(PARTIES["theirs"])),
                ],
            },
        )
        assert disclosed_to(READER, document, "", [northmarket]) == [northmarket]
        assert disclosed_to(OTHER, document, "", [northmarket]) == []
        assert disclosed_to(UUID(int=3), document, "", [northmarket]) == []
        labels = rows_naming(northmarket, document, readers=[READER])
        assert [str(label) for label in labels] == ["Preventative and Corrective Actions"]
        assert rows_naming(northmarket, document) == []

    def test_organisation_that_is_shown_to_everyone_is_told_of_under_any_name(self) -> None:
        other = Organisation(pk=OTHER, name="Northmarket Ltd", reference="ZC1")
        cells = {"name": "Our largest buyer", "organisation": str(OTHER), "shown": EVERYONE}
        document = Document.of(CURRENT, {}, {"stakeholders": [row("stakeholders", **cells)]})
        assert disclosed_to(READER, document, "", [other]) == [other]
        assert [str(label) for label in rows_naming(other, document)] == [
            "Which stakeholders need to be involved"
        ]


def test_document_without_rows_is_spelt_as_before_there_were_any() -> None:
    blank = row("actions")
    with_blank = Document.of(CURRENT, {"details": "Fees"}, {"actions": [blank]})
    assert with_blank.canonical() == Document.of(CURRENT, {"details": "Fees"}).canonical()
    assert b"rows" not in with_blank.canonical()


def test_document_with_rows_comes_back_from_its_json() -> None:
    cause = uuid4()
    document = Document.of(
        CURRENT,
        {},
        {
            "causes": [row("causes", cause)],
            "whys": [row("whys", None, cause, because="They were charged")],
            "stakeholders": STAKEHOLDERS,
        },
    )
    again = Document.from_json(document.to_json())
    assert again.canonical() == document.canonical()
    assert again.rows == document.rows
    assert rows_for(CURRENT, document.rows, None) == {
        name: rows for name, rows in document.rows.items() if name != "stakeholders"
    } | {"stakeholders": (STAKEHOLDERS[3],)}
