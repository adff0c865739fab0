"""Each component keeps the structure that a keyboard and a screen reader need."""

from datetime import UTC, date, datetime

import pytest
from django.db.models import TextChoices

from actionplans.models import ShareStatus
from carportal.web.icons import SHAPES
from carportal.web.statuses import LOOKS, look_of
from findings.models import AuditStatus, FindingStatus
from tests.web.markup import render


@pytest.mark.parametrize("status", [*FindingStatus, *ShareStatus, *AuditStatus])
def test_every_status_has_a_look_and_says_itself_in_words(status: TextChoices) -> None:
    assert status.value in LOOKS
    tag = render("{% status_tag status label %}", status=status, label=status.label).one("strong")
    assert tag.text == status.label
    assert tag.one("svg")["aria-hidden"] == "true"


@pytest.mark.parametrize("states", [FindingStatus, ShareStatus])
def test_states_of_one_object_differ_by_shape_and_not_by_colour_alone(states: type[TextChoices]) -> None:
    assert len({look_of(state).icon for state in states}) == len(list(states))


def test_every_look_names_a_drawing_that_exists() -> None:
    assert {look.icon for look in LOOKS.values()} <= SHAPES.keys()


def test_status_without_a_look_is_plain_text() -> None:
    assert render('{% status_tag "on_hold" %}').one("strong", class_="tag-neutral").text == "On hold"


def test_summary_row_pairs_key_and_value_and_says_what_would_be_changed() -> None:
    page = render('<dl>{% summary_row _("Site") "Vale Verde" url="/edit" action=_("Change") %}</dl>')
    assert [(page.one("dt").text, page.all("dd")[0].text)] == [("Site", "Vale Verde")]
    assert page.one("a", href="/edit").text == "Change Site"


def test_summary_list_shows_rows_made_elsewhere_and_escapes_them() -> None:
    page = render(
        "{% summary_list rows %}", rows=[{"key": "Site", "value": "<b>Vale</b>"}, {"key": "Country"}]
    )
    assert [term.text for term in page.one("dl").all("dt")] == ["Site", "Country"]
    assert not page.all("b")


def test_task_links_only_where_it_can_be_started() -> None:
    tasks = [
        {"label": "Understand", "url": "/u", "status": "done", "status_label": "Done"},
        {"label": "Publish", "status": "cannot_start", "status_label": "Cannot start yet"},
    ]
    first, second = render("{% task_list tasks %}", tasks=tasks).one("ul").all("li")
    assert first.one("a", href="/u").text == "Understand"
    assert not second.all("a")
    assert second.one("strong").text == "Cannot start yet"


def test_timeline_is_an_ordered_list_whose_times_a_machine_can_read() -> None:
    entries = [
        {"at": date(2025, 9, 10), "sentence": "Raised", "url": "/old"},
        {
            "at": datetime(2026, 9, 14, 8, 5, tzinfo=UTC),
            "sentence": "Raised again",
            "who": "An",
            "current": True,
        },
    ]
    old, new = render('{% timeline entries _("Across audits") %}', entries=entries).one("ol").all("li")
    assert old.one("time").text == "10 September 2025"
    assert old.one("time")["datetime"] == "2025-09-10"
    assert new.one("time").text == "14 September 2026, 08:05 UTC"
    assert new["aria-current"] == "true"
    assert new.text.endswith("An")


def test_table_keeps_its_roles_and_names_its_columns_where_it_becomes_cards() -> None:
    columns = [{"label": "CAR"}, {"label": "Days", "numeric": True}]
    rows = [{"cells": [{"text": "CAR-2026-000001", "url": "/c"}, {"text": 51}]}]
    table = render('{% table columns rows _("CARs") %}', columns=columns, rows=rows).one(
        "table", role="table"
    )
    assert table.one("caption").text == "CARs"
    assert [head["scope"] for head in table.all("th", role="columnheader")] == ["col", "col"]
    assert [cell["data-label"] for cell in table.all("td", role="cell")] == ["CAR", "Days"]
    assert "numeric" in table.all("td")[1].classes


def test_steps_say_which_is_now_and_which_are_done() -> None:
    items = [{"label": "Understand", "state": "done"}, {"label": "Plan", "state": "current"}]
    done, now = render("{% steps items %}", items=items).one("ol").all("li")
    assert done.text == "Step 1 (done): Understand"
    assert now["aria-current"] == "step"


def test_breadcrumbs_link_all_but_the_page_itself() -> None:
    nav = render('{% breadcrumbs _("CARs") "/cars/" "CAR-2026-000001" %}').one("nav")
    assert nav["aria-label"] == "Breadcrumb"
    assert [link["href"] for link in nav.all("a")] == ["/cars/"]
    assert nav.one(aria_current="page").text == "CAR-2026-000001"


def test_button_is_a_link_a_form_or_the_submit_button_of_its_form() -> None:
    assert render('{% button _("Go") "/there" %}').one("a", href="/there").text == "Go"
    assert render('{% button _("Save") %}').one("button")["type"] == "submit"
    posting = render('{% button _("End") "/end" method="post" kind="danger" %}', csrf_token="abc").one("form")
    assert (posting["method"], posting["action"]) == ("post", "/end")
    assert posting.one("input", name="csrfmiddlewaretoken")["value"] == "abc"


def test_next_step_has_one_primary_button_and_then_the_rest() -> None:
    others = [{"label": "Withdraw", "url": "/w", "method": "post"}, {"label": "Read again", "url": "/r"}]
    action = {
        "label": "Start the plan",
        "title": "Write your plan",
        "url": "/p",
        "text": "Nobody sees it yet.",
    }
    panel = render("{% next_step action others %}", action=action, others=others).one("section")
    assert panel.one("h2").text == "Write your plan"
    assert [button.text for button in panel.all(class_="btn-primary")] == ["Start the plan"]
    assert [item.text for item in panel.all("li")] == ["Withdraw", "Read again"]


def test_next_step_without_anything_urgent_lists_what_can_be_done() -> None:
    panel = render("{% next_step None others %}", others=[{"label": "Read", "url": "/r"}]).one("section")
    assert panel.one("h2").text == "What you can do"
    assert not panel.all(class_="btn-primary")


def test_next_step_with_nothing_to_do_shows_nothing() -> None:
    assert not render("{% next_step None others %}", others=[]).all("section")


def test_pagination_says_where_it_leads_and_is_absent_on_a_single_page() -> None:
    nav = render('{% pagination "?before=1" "?after=9" %}').one("nav")
    assert [(link["rel"], link.text) for link in nav.all("a")] == [("prev", "Newer"), ("next", "Older")]
    assert not render("{% pagination %}").all("nav")


def test_stat_names_its_figure_and_links_to_the_list_behind_it() -> None:
    item = render('<ul>{% stat 12 _("open CARs") "/cars/" %}</ul>').one("li")
    assert item.text == "12 open CARs"
    assert item.one("a")["href"] == "/cars/"


def test_empty_state_says_why_and_what_to_do() -> None:
    box = render('{% empty_state _("No CARs yet") _("None was raised.") "/audits/" _("Record an audit") %}')
    assert box.text == "No CARs yet None was raised. Record an audit"
    assert box.one("a")["href"] == "/audits/"


@pytest.mark.parametrize("tone", ["info", "success", "attention", "neutral"])
def test_notice_keeps_the_markup_between_its_tags(tone: str) -> None:
    box = render(
        '{% notice title=_("Note") tone=tone %}<p>{{ text }}</p>{% endnotice %}', tone=tone, text="<i>x</i>"
    ).one(class_=f"notice-{tone}")
    assert [paragraph.text for paragraph in box.all("p")] == ["Note", "<i>x</i>"]


def test_warning_is_announced_as_one() -> None:
    assert render("{% warning_text %}You cannot undo this.{% endwarning_text %}").text.startswith("Warning:")


def test_confirmation_holds_the_heading_of_its_page() -> None:
    box = render('{% confirmation title=_("Plan published") %}<p>Done.</p>{% endconfirmation %}')
    assert box.one("h1").text == "Plan published"


def test_disclosure_and_inset_need_no_script() -> None:
    page = render(
        "{% disclosure summary='Why' %}<p>So.</p>{% enddisclosure %}{% inset %}<p>A.</p>{% endinset %}"
    )
    assert page.one("details").one("summary").text == "Why"
    assert page.one(class_="inset").text == "A."
