"""Two texts word by word: nothing is lost or made up, nothing a reader takes for one letter is cut, in bounded time."""

import time
import unicodedata
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from actionplans.annex import CURRENT, SITE, Audience, Document, GroupRow, Unit, compare, render, units_of
from actionplans.annex.comparing import LONG, Piece, compare_texts
from actionplans.annex.edits import Budget, Kind, Run, edits
from actionplans.annex.scripts import graphemes, tokens
from actionplans.models import Revision

SAME, REMOVED, ADDED = Kind.SAME, Kind.REMOVED, Kind.ADDED

texts = st.text(alphabet="ab. \n,é\u0301नि你好👩\u200d🏽🇬🇧\u0e33ا", max_size=40)
sentences = st.lists(st.sampled_from(["Repay. ", "Fees go!\n", "你好。", "A word", " "]), max_size=12).map(
    "".join
)


def old_of(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces if piece.kind != ADDED)


def new_of(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces if piece.kind != REMOVED)


def told(old: str, new: str) -> list[tuple[str, str]]:
    return [(piece.kind.value, piece.text) for piece in compare_texts(old, new)]


@settings(max_examples=settings().max_examples * 3)
@given(texts | sentences, texts | sentences)
@example("", "")
@example("a", "")
def test_pieces_give_back_both_texts(old: str, new: str) -> None:
    pieces = compare_texts(old, new)
    assert (old_of(pieces), new_of(pieces)) == (old, new)
    assert all(piece.text for piece in pieces)


@given(texts | sentences, texts | sentences)
def test_the_other_way_round_removed_and_added_change_places(old: str, new: str) -> None:
    turned = {SAME: SAME, REMOVED: ADDED, ADDED: REMOVED}
    there = [(turned[piece.kind], piece.text) for piece in compare_texts(old, new)]
    back = [(piece.kind, piece.text) for piece in compare_texts(new, old)]
    assert sorted(there) == sorted(back)
    assert [each for each in there if each[0] == SAME] == [each for each in back if each[0] == SAME]


@given(texts)
def test_the_same_text_has_no_change(text: str) -> None:
    assert [piece.kind for piece in compare_texts(text, text)] == [SAME] * bool(text)


@given(texts, texts)
def test_no_letter_is_cut_from_its_marks(old: str, new: str) -> None:
    for text, pieces in ((old, compare_texts(old, new)), (new, compare_texts(new, old))):
        ends = {0}
        for letter in graphemes(text):
            ends.add(max(ends) + len(letter))
        position = 0
        for piece in pieces:
            position += len(piece.text) if piece.kind != ADDED else 0
            assert position in ends


@given(st.lists(st.sampled_from("abc"), max_size=9), st.lists(st.sampled_from("abc"), max_size=9))
def test_as_few_tokens_change_as_can(old: list[str], new: list[str]) -> None:
    """Against the length of the longest common subsequence, worked out the slow way."""
    longest = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for x, one in enumerate(old):
        for y, other in enumerate(new):
            longest[x + 1][y + 1] = (
                longest[x][y] + 1 if one == other else max(longest[x][y + 1], longest[x + 1][y])
            )
    kept = [run for run in edits(old, new, Budget(1000)) if run.kind == SAME]
    assert sum(len(run.tokens) for run in kept) == longest[-1][-1]


def test_words_that_changed_are_told_and_the_rest_is_kept() -> None:
    assert told("Repay the fees over twelve months.", "Repay all fees over six months.") == [
        ("same", "Repay "),
        ("removed", "the"),
        ("added", "all"),
        ("same", " fees over "),
        ("removed", "twelve"),
        ("added", "six"),
        ("same", " months."),
    ]


def test_words_that_follow_one_another_are_one_change() -> None:
    assert told("We will repay.", "The agency pays back.") == [
        ("removed", "We will repay"),
        ("added", "The agency pays back"),
        ("same", "."),
    ]


def test_a_script_without_blanks_is_compared_letter_by_letter() -> None:
    assert told("工人支付了费用", "工人没有支付费用") == [
        ("same", "工人"),
        ("added", "没有"),
        ("same", "支付"),
        ("removed", "了"),
        ("same", "费用"),
    ]


def test_text_from_right_to_left_is_compared_word_by_word() -> None:
    assert told("دفع العمال رسوما", "دفع الموظفون رسوما") == [
        ("same", "دفع "),
        ("removed", "العمال"),
        ("added", "الموظفون"),
        ("same", " رسوما"),
    ]


@pytest.mark.parametrize("letter", ["é", "नि", "👩\u200d🔧", "👍🏽", "🇬🇧", "กำ", "각"])
def test_what_a_reader_takes_for_one_letter_is_one(letter: str) -> None:
    decomposed = unicodedata.normalize("NFD", letter)
    assert list(graphemes(letter * 3)) == [letter] * 3
    assert list(graphemes(decomposed * 3)) == [decomposed] * 3


def test_a_word_is_a_token_and_so_is_every_sign() -> None:
    assert tokens("Nine, न्यूज़ 你好") == ["Nine", ",", " ", "न्यूज़", " ", "你", "好"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a b " * 5000, "b c " * 5000),
        ("a\nb\n" * 5000, "b\nc\n" * 5000),
        ("的一是不了人" * 3334, "人我在有他这" * 3334),
        (" ".join(map(str, range(3800))), " ".join(map(str, range(9000, 5200, -1)))),
    ],
    ids=["words", "lines", "letters", "rewritten"],
)
def test_the_longest_texts_take_a_second_at_most(old: str, new: str) -> None:
    """The steps are what is bounded; the clock, on a machine that does other things, only roughly."""
    began = time.process_time()
    pieces = compare_texts(old, new)
    assert time.process_time() - began < 3
    assert (old_of(pieces), new_of(pieces)) == (old, new)


def test_beyond_its_steps_a_comparison_tells_the_middle_as_rewritten() -> None:
    old, new = list("xabcdefy"), list("xghijkly")
    assert edits(old, new, Budget(3)) == [
        Run(SAME, ["x"]),
        Run(REMOVED, list("abcdef")),
        Run(ADDED, list("ghijkl")),
        Run(SAME, ["y"]),
    ]


def test_a_long_passage_that_did_not_change_is_folded_in_its_middle() -> None:
    long = "word " * LONG
    _, kept = compare_texts("Old. " + long, "New. " + long)[1:3]
    assert kept.folded is not None
    start, middle, end = kept.folded
    assert start + middle + end == kept.text
    assert len(start) + len(end) < len(middle)


class TestUnits:
    def test_fields_are_compared_by_their_keys_in_the_newer_order(self) -> None:
        old = [Unit("a", "A", "1"), Unit("gone", "Gone", "x"), Unit("b", "B", "2")]
        new = [Unit("b", "B anew", "2"), Unit("a", "A", "3"), Unit("more", "More", "y")]
        assert [(each.key, each.label, each.old, each.new) for each in compare(old, new)] == [
            ("b", "B anew", "2", "2"),
            ("a", "A", "1", "3"),
            ("gone", "Gone", "x", ""),
            ("more", "More", "", "y"),
        ]

    def test_only_what_differs_is_a_change(self) -> None:
        one, other = compare([Unit("a", "A", "1"), Unit("b", "B", "2")], [Unit("a", "A", "1")])
        assert (one.is_changed, other.is_changed) == (False, True)


class TestRows:
    """Rows beside a text are compared one by one, each found again by its id."""

    CAUSE, WHY, UNION, REPAY, ASK = (UUID(int=n) for n in range(1, 6))

    def units(self, **rows: list[GroupRow]) -> list[Unit]:
        document = Document.of(CURRENT, {"actions": "Three steps."}, rows)
        return units_of(render(Revision(document=document.to_json()), Audience(is_site=True), "en-gb"))

    def row(self, group: str, row_id: UUID, parent: UUID | None = None, /, **cells: str) -> GroupRow:
        return GroupRow.of(CURRENT.group(group), row_id, cells, parent)

    def test_each_stands_behind_its_text_under_what_it_is_and_how_it_begins(self) -> None:
        repay = self.row("actions", self.REPAY, what="Repay\nwhat was paid " * 9, owner=SITE)
        units = self.units(actions=[repay, self.row("actions", self.ASK, progress="None yet")])
        after = [unit.key for unit in units].index("actions") + 1
        one, other = units[after : after + 2]
        assert one.key == str(self.REPAY)
        assert one.label.startswith("Action: Repay what was paid Repay")
        assert (len(one.label) < 100, one.label[-1]) == (True, "…")
        assert one.text.splitlines()[-1] == "Who does it: The site"
        assert other == Unit(str(self.ASK), "Action: None yet", "Progress notes: None yet")

    def test_what_was_added_changed_and_removed_is_told_row_by_row(self) -> None:
        union = self.row("stakeholders", self.UNION, name="The union")
        old = self.units(
            stakeholders=[union], actions=[self.row("actions", self.REPAY, what="Repay", state="planned")]
        )
        new = self.units(
            actions=[
                self.row("actions", self.ASK, what="Ask every worker"),
                self.row("actions", self.REPAY, what="Repay all", state="done", ends="2027"),
            ]
        )
        assert [(each.label, each.old, each.new) for each in compare(old, new) if each.is_changed] == [
            ("Stakeholder: The union", "Name: The union", ""),
            ("Action: Ask every worker", "", "What is to be done: Ask every worker"),
            (
                "Action: Repay all",
                "What is to be done: Repay\nState: Planned",
                "What is to be done: Repay all\nIs to be done by the end of: 2027\nState: Done",
            ),
        ]

    def test_a_cause_is_compared_with_its_whys(self) -> None:
        cause = self.row("causes", self.CAUSE, what="Workers paid")
        why = self.row("whys", self.WHY, self.CAUSE, because="They were charged")
        (change,) = [
            each
            for each in compare(self.units(causes=[cause]), self.units(causes=[cause], whys=[why]))
            if each.is_changed
        ]
        assert change.label == "Cause: Workers paid"
        assert change.new == f"{change.old}\nBecause: They were charged"
