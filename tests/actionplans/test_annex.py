"""The template's first version against the guidance's Annex, a filled-in document, and what each reader gets of it."""

import hashlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplans.annex import (
    CURRENT,
    Audience,
    Document,
    FieldKind,
    clean_value,
    plain_text,
    render,
    template_of,
    value_digest,
)
from actionplans.models import Revision
from actionplans.sharing.audiences import as_party, as_reader, as_site
from carportal.core.errors import InvalidInput
from tests.actionplans.conftest import Story
from tests.actionplans.making import share_with

# The rows as they stand on the printed template, "yes/no" lines in their order.
ROWS = [
    ("date", "Date"),
    ("site_name", "Name of Site"),
    ("completed_by", "Person completing CAR action plan"),
    ("issue", "CAR Issue number and Issue title"),
    ("details", "Details of CAR non-compliance"),
    ("root_cause", "Root cause"),
    ("stakeholders", "Which stakeholders need to be involved"),
    ("investigation", "What investigation has the site done"),
    ("actions", "Preventative and Corrective Actions"),
]
LAST_ROW = "What action are you looking for as a result of this completed template?"
ASKS = [
    ("information_only", ("No action", "for information only", "already moved to 'In progress' on Sedex")),
    ("confirm_requirements", ("Confirmation that action proposed meets customer requirements", "upload")),
    (
        "call_on_approach",
        ("Schedule a call to discuss further the approach", "responsibilities of each party"),
    ),
    ("call_on_root_cause", ("Schedule a call to agree next steps to further investigate the root cause",)),
]
# Every revision's digest is over this spelling: a change of it is a change of what was confirmed.
SPELT = (
    '{"fields":{"actions":"","completed_by":"Zoë","date":"","details":"","investigation":"","issue":"",'
    '"root_cause":"","site_name":"","stakeholders":""},"template":"annex-1"}'
)
SHA256 = "b3a871d4f6c65c1146e6ab813623bf43efa75ead799edc53dcefcc25b92e236f"

texts = st.text(max_size=300)
documents = st.fixed_dictionaries(
    {field.name: st.text(max_size=40) for field in CURRENT.fields if field.kind != FieldKind.DATE}
).map(lambda values: Document.of(CURRENT, {**values, "date": "2026-03-14"}))
asks = st.dictionaries(st.sampled_from([key for key, _ in ASKS]), st.booleans())


def test_rows_stand_in_the_annex_order_under_its_labels():
    assert [(field.name, str(field.label)) for field in CURRENT.fields] == ROWS
    assert str(CURRENT.asks_label) == LAST_ROW


def test_last_row_asks_the_four_lines_that_the_source_has():
    assert [ask.key for ask in CURRENT.asks] == [key for key, _ in ASKS]
    for ask, (_, parts) in zip(CURRENT.asks, ASKS, strict=True):
        assert all(part in str(ask.label) for part in parts)


def test_only_the_line_for_information_excludes_the_others_and_needs_a_car_in_progress():
    for ask in CURRENT.asks:
        is_information = ask.key == "information_only"
        assert (ask.excludes_others, ask.needs_car_in_progress) == (is_information, is_information)
    assert CURRENT.is_information_only({"information_only": True})
    assert not CURRENT.is_information_only({"information_only": False, "call_on_approach": True})


def test_wherever_people_write_freely_they_are_asked_not_to_name_anybody():
    free = {field.name for field in CURRENT.fields if field.kind == FieldKind.TEXT}
    assert {field.name for field in CURRENT.fields if field.asks_not_to_name} == free


def test_outline_can_be_shared_before_causes_and_actions_are_known():
    outline = Document.of(CURRENT, {name: "2026-03-14" for name, _ in ROWS[:5]})
    assert outline.missing_to_share() == []
    assert [field.name for field in outline.missing_to_publish()] == [name for name, _ in ROWS[5:]]


def test_unknown_versions_fields_and_lines_are_programming_errors():
    assert template_of("annex-1") is CURRENT
    with pytest.raises(KeyError):
        template_of("annex-0")
    with pytest.raises(KeyError):
        CURRENT.field("closure_date")
    with pytest.raises(KeyError):
        CURRENT.ask("criticality")
    with pytest.raises(KeyError):
        Document.of(CURRENT, {"closure_date": "2026-03-14"})


def test_digest_of_the_first_version_never_changes():
    document = Document.of(CURRENT, {"completed_by": "Zoë"})
    assert document.canonical() == SPELT.encode()
    assert document.sha256 == SHA256


@given(documents)
def test_document_is_the_same_after_json_and_so_is_its_digest(document: Document):
    again = Document.from_json(json.loads(json.dumps(document.to_json())))
    assert again == document
    assert again.sha256 == document.sha256 == hashlib.sha256(document.canonical()).hexdigest()


@given(documents, st.sampled_from([name for name, _ in ROWS[1:]]), st.text(max_size=40))
def test_any_other_text_has_another_digest(document: Document, name: str, text: str):
    other = Document.of(CURRENT, {**document.values, name: text})
    assert (other.sha256 == document.sha256) == (text == document.values[name])


@given(st.sampled_from(CURRENT.fields), st.text())
def test_plain_text_stays_as_it_is_when_it_is_saved_again(field, raw: str):
    once = plain_text(field, raw)
    assert plain_text(field, once) == once
    assert plain_text(field, once.replace("\n", "\r\n")) == once  # as a browser sends it back
    assert "\x00" not in once
    assert value_digest(once) == hashlib.sha256(once.encode("utf-8")).hexdigest()


def test_line_and_page_breaks_of_word_processors_keep_words_apart():
    details = CURRENT.field("details")
    for separator in ("\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"):
        assert clean_value(details, f"fees{separator}paid") == "fees\npaid"
        assert clean_value(CURRENT.field("site_name"), f"Green{separator}Valley") == "Green Valley"


@pytest.mark.parametrize("raw", ["2026-02-30", "14.3.2026", "soon", "2026-13-01"])
def test_date_that_does_not_exist_is_refused_with_an_example(raw: str):
    with pytest.raises(InvalidInput, match="Enter a real date, such as 2026-03-14") as refused:
        clean_value(CURRENT.field("date"), raw)
    assert list(refused.value.fields) == ["date"]


def test_text_may_be_as_long_as_the_field_and_one_character_more_is_refused_with_both_figures():
    for name, most in (("details", 20_000), ("site_name", 600)):
        field = CURRENT.field(name)
        assert clean_value(field, "ü" * most) == "ü" * most
        with pytest.raises(InvalidInput, match=f"has {most + 1:,} characters; the most is {most:,}"):
            clean_value(field, "ü" * (most + 1))


@given(documents, asks, texts, asks, texts)
def test_reader_gets_its_own_asks_and_note_and_nothing_of_another_party(
    document: Document, mine: dict[str, bool], my_note: str, theirs: dict[str, bool], their_note: str
):
    frozen = Revision(document=document.to_json())
    since = datetime(2026, 3, 14, tzinfo=UTC)
    party = Audience(asks=mine, note=my_note, since=since, since_label="Shared on")
    before = render(frozen, party, "en-gb")
    render(frozen, Audience(asks=theirs, note=their_note), "en-gb")
    assert render(frozen, party, "en-gb") == before
    assert {ask.key: ask.answer for ask in before.asks} == {key: mine.get(key) for key, _ in ASKS}
    assert before.note == my_note
    for nobody_asked in (render(frozen, Audience(), "en-gb"), render(frozen, Audience(since=since), "en-gb")):
        assert [ask.answer for ask in nobody_asked.asks] == [None] * 4
        assert (nobody_asked.note, nobody_asked.asked) == ("", [])
        assert nobody_asked.rows == before.rows


@given(documents)
def test_reader_gets_every_row_of_the_text_in_order(document: Document):
    rendered = render(Revision(document=document.to_json()), Audience(), "en-gb")
    assert [(row.name, row.label) for row in rendered.rows] == ROWS
    shown = {row.name: row.text for row in rendered.rows}
    assert shown.pop("date") == "14 March 2026"
    assert shown == {name: text for name, text in document.values.items() if name != "date"}


def test_line_that_was_not_answered_is_not_a_no():
    frozen = Revision(document=Document.of(CURRENT, {}).to_json())
    rendered = render(frozen, Audience(asks={"call_on_approach": True, "call_on_root_cause": False}), "en-gb")
    assert [ask.answer for ask in rendered.asks] == [None, None, True, False]
    assert [ask.key for ask in rendered.asked] == ["call_on_approach"]


@pytest.mark.parametrize(
    ("text", "is_rtl"),
    [("", False), ("Fees", False), ("12 رسوم", True), ("עמלות of workers", True), ("Fees رسوم", False)],
)
def test_direction_is_that_of_the_first_letter_that_has_one(text: str, is_rtl: bool):
    rendered = render(
        Revision(document=Document.of(CURRENT, {"details": text}).to_json()), Audience(), "en-gb"
    )
    assert next(row for row in rendered.rows if row.name == "details").right_to_left is is_rtl


def test_no_audience_is_given_the_number_or_the_author_of_a_revision(story: Story):
    """A party that read "version 3" would know of two that went elsewhere."""
    plan = story.plan()
    share_with(plan, story.alice, story.other)
    sent = share_with(plan, story.alice, story.customer, note="For you alone").sent.get()
    plan.published, plan.published_at = sent.revision, sent.sent_at
    for audience in (as_party(sent), as_reader(plan, story.other.pk), as_site(sent.revision)):
        shown = render(sent.revision, audience, "en-gb")
        assert not {"number", "frozen_by", "frozen_at"} & set(dir(shown))
    assert render(sent.revision, as_party(sent), "en-gb").note == "For you alone"
    assert render(sent.revision, as_reader(plan, story.other.pk), "en-gb").note == ""
