"""Texts as a search compares them, here and in the database alike, and where in the text itself that stood."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from carportal.core.folding import Run, excerpt, folded, marked, words_in

texts = st.text(st.sampled_from("aB éßŁøçÅ.,-\n\u0301\u200d\u200f工人支付ค่าแรงमज़दूरעִבְרעُم한국"), max_size=60)


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("São Paulo", "sao paulo"),
        ("Łódź, Đà Nẵng, Ærø", "lodz, da nang, aero"),
        ("Cafe\u0301", "cafe"),
        ("Straße ﬁne Ｆｕｌｌ", "strasse fine full"),
        ("العُمّال", "العمال"),
        ("工人支付", "工人支付"),
        ("한국어", "한국어"),
        ("pay\u200b\u202eback", "payback"),
    ],
)
@pytest.mark.django_db
def test_accents_capitals_and_what_is_not_seen_make_no_difference(text: str, spelt: str) -> None:
    assert folded(text) == spelt
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_folded(%s)", [text])
        assert cursor.fetchone() == (spelt,)


@pytest.mark.django_db
def test_a_text_of_any_length_in_any_script_has_words_for_the_index() -> None:
    with connection.cursor() as cursor:
        for text in [
            "工人支付了招聘费用" * 20_000,
            "é a" * 100_000,
            "x" * 100_000,
            "é" * 100_000,
            "",
            " \\ ' : ",
        ]:
            cursor.execute("SELECT search_words(%s), search_query(%s)", [text, text[:200]])


def test_words_end_at_signs_and_where_a_script_changes() -> None:
    assert words_in("Fees: 5A.B, don’t_pay/工人支付today") == [
        "fees", "5a", "b", "don", "t", "pay", "工人支付", "today",
    ]  # fmt: skip


def test_words_are_marked_where_they_begin_and_without_blanks_where_they_stand() -> None:
    assert marked("Unpaid pay, São", ["pay", "sao"]) == [
        Run("Unpaid ", found=False),
        Run("pay", found=True),
        Run(", ", found=False),
        Run("São", found=True),
    ]
    assert [run.text for run in marked("工人支付了费用", ["支付了"]) if run.found] == ["支付了"]


@given(texts, st.lists(texts, max_size=3))
def test_what_is_marked_is_the_text_and_nothing_else(text: str, entered: list[str]) -> None:
    words = [word for each in entered for word in words_in(each)]
    assert "".join(run.text for run in marked(text, words)) == text
    excerpt(text, words, length=20)


def test_an_excerpt_is_about_the_first_place_and_cut_at_words() -> None:
    text = "A sentence before it. " * 30 + "Workers paid fees to an agency. " + "And after it goes on. " * 30
    runs = excerpt(text, ["agency"], length=120)
    said = "".join(run.text for run in runs)
    assert [run.text for run in runs if run.found] == ["agency"]
    assert said.startswith("…Workers paid")
    assert said.endswith("…")
    assert len(said) < 130
