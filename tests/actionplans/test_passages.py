"""Words that are taken out of a text: all of them, nothing else, and in any spelling of theirs."""

from typing import Any
from uuid import UUID

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from actionplans.annex import CURRENT, readable
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


@settings(max_examples=settings().max_examples * 3)
@given(letters, words)
def test_afterwards_the_words_are_gone_and_everything_else_is_the_same(text: str, words: str) -> None:
    left = black_out(text, words)
    assert not list(places(left, words))
    assert black_out(left, words) == left
    kept, position = "", 0
    for start, end in places(text, words):
        kept, position = kept + text[position:start] + TOMBSTONE, end
    assert left == kept + text[position:]


def document(*, actions: str, row: dict[str, str]) -> dict[str, Any]:
    fields = {"date": "2026-03-02", "actions": actions}
    rows = {"actions": [{"id": str(UUID(int=2026)), "cells": row}]}
    return {"template": CURRENT.version, "fields": fields, "rows": rows}


def test_all_that_was_written_is_gone_through_and_nothing_that_was_chosen() -> None:
    chosen = {"type": "corrective", "ends": "2026", "state": "done", "owner": str(UUID(int=7))}
    whole = document(
        actions="In 2026, done.", row={"what": "Done by 2026", "progress": "Since 2026", **chosen}
    )
    assert black_out_document(whole, "2026") == document(
        actions=f"In {TOMBSTONE}, done.",
        row={"what": f"Done by {TOMBSTONE}", "progress": f"Since {TOMBSTONE}", **chosen},
    )
    assert [each.words for each in excerpts_of_document(whole, "2026")] == ["2026"] * 3
    assert [each.words for each in excerpts_of_document(whole, "done")] == ["done", "Done"]
    for word in ("corrective", "annex", str(UUID(int=7)), str(UUID(int=2026))):
        assert (excerpts_of_document(whole, word), black_out_document(whole, word)) == ([], whole)


def test_a_document_without_rows_gets_none() -> None:
    whole = {"template": CURRENT.version, "fields": {"actions": "By Ana Lí."}}
    assert black_out_document(whole, WORDS) == {**whole, "fields": {"actions": f"By {TOMBSTONE}."}}


def test_an_excerpt_shows_the_place_and_a_little_around_it() -> None:
    (excerpt,) = excerpts("x" * 100 + " Ana Lí " + "y" * 100, WORDS)
    assert excerpt == ("…" + "x" * 59 + " ", "Ana Lí", " " + "y" * 59 + "…")
    assert excerpts("By Ana Lí.", WORDS) == [("By ", "Ana Lí", ".")]


def test_a_mark_is_read_in_the_readers_language() -> None:
    assert readable(f"Paid by {TOMBSTONE}.") == "Paid by [removed]."
    with translation.override("de"):
        assert TOMBSTONE not in readable(TOMBSTONE)
