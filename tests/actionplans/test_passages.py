"""Words that are taken out of a text: all of them, nothing else, and in any spelling of theirs."""

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from actionplans.annex import readable
from actionplans.annex.passages import (
    TOMBSTONE,
    black_out,
    black_out_document,
    excerpts,
    excerpts_of_document,
    places,
)

WORDS = "Ana Lí"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Ana Lí paid.", "█ paid."),
        ("It was ANA LÍ, then ana lí.", "It was █, then █."),
        ("(Ana\n  Lí)", "(█)"),
        ("Ana Li\u0301’s fee", "█’s fee"),
        ("Joana Lí, Ana Líz, Ana-Lí, ana lía", "Joana Lí, Ana Líz, Ana-Lí, ana lía"),
        ("Ana Lí\u0323", "Ana Lí\u0323"),  # another letter, with one mark more
        ("", ""),
    ],
)
def test_words_go_in_any_spelling_but_not_out_of_other_words(text: str, left: str) -> None:
    assert black_out(text, WORDS) == left.replace("█", TOMBSTONE)


@pytest.mark.parametrize(
    ("words", "text", "left"),
    [
        ("李娜", "工人李娜支付了费用", "工人█支付了费用"),
        ("สมชาย", "คนงานสมชายจ่าย", "คนงาน█จ่าย"),
        ("أحمد", "دفع أحمد رسوما", "دفع █ رسوما"),
        ("राम", "राम और रामा", "█ और रामा"),
        ("a.b@example.org", "Write to a.b@example.org.", "Write to █."),
        ("(x+", "f(x+y) and (x+ 1", "f█y) and █ 1"),
    ],
)
def test_words_are_found_in_any_script_and_taken_literally(words: str, text: str, left: str) -> None:
    assert black_out(text, words) == left.replace("█", TOMBSTONE)


letters = st.text(alphabet="aAbB é\u0301-\n你好", max_size=25)
words = st.text(alphabet="aAbé你", min_size=2, max_size=4)


@settings(max_examples=300)
@given(letters, words)
def test_afterwards_the_words_are_gone_and_everything_else_is_the_same(text: str, words: str) -> None:
    left = black_out(text, words)
    assert not list(places(left, words))
    assert black_out(left, words) == left
    kept, position = "", 0
    for start, end in places(text, words):
        kept, position = kept + text[position:start] + TOMBSTONE, end
    assert left == kept + text[position:]


def test_every_text_of_a_document_is_gone_through_and_no_date_id_or_number() -> None:
    document = {
        "template": "annex-2026",
        "fields": {"date": "2026-03-02", "actions": "In 2026, annex by annex."},
        "rows": {"causes": [{"id": "2026", "why": "Since 2026", "order": 2026, "done": None}]},
    }
    assert black_out_document(document, "2026") == {
        "template": "annex-2026",
        "fields": {"date": "2026-03-02", "actions": f"In {TOMBSTONE}, annex by annex."},
        "rows": {"causes": [{"id": "2026", "why": f"Since {TOMBSTONE}", "order": 2026, "done": None}]},
    }
    assert [each.words for each in excerpts_of_document(document, "2026")] == ["2026", "2026"]


def test_an_excerpt_shows_the_place_and_a_little_around_it() -> None:
    (excerpt,) = excerpts("x" * 100 + " Ana Lí " + "y" * 100, WORDS)
    assert excerpt == ("…" + "x" * 59 + " ", "Ana Lí", " " + "y" * 59 + "…")
    assert excerpts("By Ana Lí.", WORDS) == [("By ", "Ana Lí", ".")]


def test_a_mark_is_read_in_the_readers_language() -> None:
    assert readable(f"Paid by {TOMBSTONE}.") == "Paid by [removed]."
    with translation.override("de"):
        assert TOMBSTONE not in readable(TOMBSTONE)
