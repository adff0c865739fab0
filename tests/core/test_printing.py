"""Printing under limits: the same bytes in any process, an end for what takes too much, and the reason why."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pytest_django.fixtures import Settings

from carportal.core import printing
from carportal.core.printing import Printable, Reason, Unprintable, print_here, print_pdf

PAPER = Printable(
    html="<!doctype html><html lang='en-gb'><head><title>x</title></head><body><p>Fees, 工人 and العمال</p></body></html>",
    style="p { color: #0b5558 }",
    title="A plan",
    language="en-gb",
    created=datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
    attached={"plan.txt": "Fees, 工人 and العمال"},
)
SLOW = replace(PAPER, html=PAPER.html.replace("<p>", "<table><tr><td>words" * 300))
LARGE = replace(PAPER, html=PAPER.html.replace("<p>", "<p>" + "words " * 7_000_000))


def test_two_processes_and_this_one_make_the_same_bytes() -> None:
    assert print_pdf(PAPER) == print_pdf(PAPER) == print_here(PAPER)


def test_kept_as_json_it_is_the_same_paper() -> None:
    again = Printable.from_json(PAPER.to_json())
    assert again == PAPER
    assert again.digest == PAPER.digest


@pytest.mark.parametrize(
    "changes",
    [
        {"html": PAPER.html.replace("Fees", "Pay")},
        {"style": ""},
        {"title": "Another"},
        {"language": "de"},
        {"created": datetime(2026, 11, 22, 9, 31, tzinfo=UTC)},
        {"attached": {}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_digest_is_of_all_that_goes_into_it(changes: dict[str, object]) -> None:
    assert replace(PAPER, **changes).digest != PAPER.digest  # type: ignore[arg-type]


def test_other_fonts_make_another_file(monkeypatch: pytest.MonkeyPatch) -> None:
    before = replace(PAPER).digest
    monkeypatch.setattr(printing, "MADE_BY", "the fonts of next year")
    assert replace(PAPER).digest != before


@pytest.mark.parametrize(
    ("paper", "limit", "most", "reason"),
    [
        pytest.param(SLOW, "PDF_SECONDS", 1, Reason.TOO_SLOW, id="slow"),
        pytest.param(LARGE, "PDF_MEGABYTES", 30, Reason.TOO_LARGE, id="large"),
    ],
)
def test_a_document_that_takes_too_much_is_given_up(
    settings: Settings, paper: Printable, limit: str, most: int, reason: Reason
) -> None:
    setattr(settings, limit, most)
    with pytest.raises(Unprintable) as refusal:
        print_pdf(paper)
    assert refusal.value.reason == reason


def test_what_breaks_is_told_without_the_text(caplog: pytest.LogCaptureFixture) -> None:
    reads = replace(PAPER, html=PAPER.html.replace("<p>", '<img src="file:///etc/passwd"><p>A name '))
    with pytest.raises(Unprintable) as refusal:
        print_pdf(reads)
    assert refusal.value.reason == Reason.BROKEN
    assert "Error fetching" in caplog.text
    assert "A name" not in caplog.text
