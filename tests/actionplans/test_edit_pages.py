"""Writing the plan: the whole Annex as one form, in which nothing that was typed is lost."""

import pytest
from crispy_forms.helper import FormHelper
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from actionplans.annex import CURRENT, Field
from actionplans.annex.v1 import TEXT_LENGTH
from actionplans.models import ActionPlan, DraftField
from actionplans.plans.drafts import today_at
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    TEXTS,
    end_by_next_audit,
    make_finding,
    make_ngo,
    make_plan,
    person_of,
    share_with,
    texts_of,
    write,
)
from tests.actionplans.pages import (
    Response,
    client_of,
    data_of,
    form_of,
    heading_of,
    main_of,
    problems_of,
    send,
    text_of,
)
from tests.factories import make_actor, make_customer, make_supplier
from tests.web.markup import read

QUERIES = 10


@pytest.fixture
def alice(story: Story) -> Client:
    return client_of(story.alice)


@pytest.fixture
def address(story: Story) -> str:
    return f"/cars/{story.finding.pk}/plan/edit/"


def typed_in(response: Response) -> dict[str, str]:
    """The texts that stand in the form."""
    data = data_of(form_of(response))
    return {name: data[name][0] for name in CURRENT.field_names}


def saved_drafts(response: Response) -> list[str]:
    """The drafts that the page tells the browser to forget."""
    return read(response.content.decode()).one("meta", name="saved-drafts")["content"].split()


class TestForm:
    def test_shows_every_row_of_the_template_in_its_order(self, alice: Client, address: str) -> None:
        form = form_of(alice.get(address))
        labels = form.all("label", class_="form-label")
        assert [label.text for label in labels] == [str(field.label) for field in CURRENT.fields]
        assert [label["for"] for label in labels] == [f"id_{name}" for name in CURRENT.field_names]
        assert form.one("section", id="last-row").one("h2").text == str(CURRENT.asks_label)

    @pytest.mark.parametrize("definition", CURRENT.fields, ids=lambda field: field.name)
    def test_says_what_to_write_and_whom_not_to_name(
        self, alice: Client, address: str, definition: Field
    ) -> None:
        form = form_of(alice.get(address))
        hint = form.one(id=f"id_{definition.name}_helptext").text
        assert hint.startswith(str(definition.guidance))
        assert ("Do not name workers or children." in hint) is definition.asks_not_to_name
        control = form.one(id=f"id_{definition.name}")
        assert f"id_{definition.name}_helptext" in control["aria-describedby"].split()
        examples = form.one("div", id=f"div_id_{definition.name}").all("details")
        assert [str(definition.example) in each.text for each in examples] == [True] * bool(
            definition.example
        )

    def test_is_one_crispy_form(self, alice: Client, address: str) -> None:
        helper = alice.get(address).context["form"].helper
        assert isinstance(helper, FormHelper)
        placed = [pointer.name for pointer in helper.layout.get_field_names()]
        assert placed == list(CURRENT.field_names)

    def test_begins_with_what_is_known_and_writes_nothing_yet(
        self, story: Story, alice: Client, address: str
    ) -> None:
        typed = typed_in(alice.get(address))
        assert typed["site_name"] == "Green Valley Packhouse"
        assert typed["issue"] == "1A.B Recruitment fees were paid by workers"
        assert typed["details"] == story.finding.details
        assert typed["completed_by"] == person_of(story.alice).name
        assert typed["date"] == today_at(story.site, timezone.now()).isoformat()
        assert not ActionPlan.objects.exists()

    def test_tells_which_parts_are_empty(self, alice: Client, address: str) -> None:
        parts = main_of(alice.get(address)).one("nav", class_="plan-parts").all("li")
        empty = [part.one("a").text for part in parts if "(empty)" in part.text]
        assert empty == [str(CURRENT.field(name).label) for name in TEXTS]

    @pytest.mark.usefixtures("plan")
    def test_says_who_saved_last(self, story: Story, alice: Client, address: str) -> None:
        assert f"· {person_of(story.alice)}" in text_of(alice.get(address))

    def test_offers_to_carry_on_an_earlier_plan(self, story: Story) -> None:
        make_plan(story.finding, story.alice)
        newer = make_finding(story.site)
        end_by_next_audit(story.finding, successor=newer)
        page = client_of(story.alice).get(f"/cars/{newer.pk}/plan/edit/")
        assert f"took the place of {story.finding.reference}" in text_of(page)
        assert main_of(page).all("a", href=f"/cars/{newer.pk}/plan/carry-on/")


class TestSaving:
    def test_keeps_what_was_typed_and_stays_on_the_page(
        self, story: Story, alice: Client, address: str
    ) -> None:
        saved = send(alice, alice.get(address), root_cause="Why?\r\nBecause.", actions="Repay.")
        assert saved["Location"] == address
        page = alice.get(address)
        assert "Draft saved." in text_of(page)
        assert typed_in(page)["root_cause"] == "Why?\nBecause."
        assert texts_of(story.finding.plan)["actions"] == "Repay."

    def test_enter_saves_the_draft_and_goes_nowhere(self, alice: Client, address: str) -> None:
        first, *others = form_of(alice.get(address)).all("button", type="submit")
        assert "name" not in first
        assert first["aria-hidden"] == "true"
        (same,) = [button for button in others if "name" not in button]
        assert same.text == "Save draft"

    @pytest.mark.parametrize(
        ("button", "leads_to"), [("Save and share", "share"), ("Save and publish", "publish")]
    )
    def test_may_lead_on(self, story: Story, alice: Client, address: str, button: str, leads_to: str) -> None:
        saved = send(alice, alice.get(address), press=button, root_cause="Why?")
        assert saved["Location"] == f"/cars/{story.finding.pk}/plan/{leads_to}/"
        assert texts_of(story.finding.plan)["root_cause"] == "Why?"

    @pytest.mark.usefixtures("plan")
    def test_says_that_it_is_saved_also_where_it_was_saved_by_itself_before(
        self, alice: Client, address: str
    ) -> None:
        saved = send(alice, alice.get(address))
        assert saved["Location"] == address
        assert "Draft saved." in text_of(alice.get(address))

    def test_tells_the_browser_which_draft_it_may_forget(self, alice: Client, address: str) -> None:
        send(alice, alice.get(address), root_cause="Why?", draft_token="t0ken")
        assert saved_drafts(alice.get(address)) == ["t0ken"]

    def test_what_was_not_saved_is_not_to_be_forgotten(self, alice: Client, address: str) -> None:
        send(alice, alice.get(address), root_cause="x" * (TEXT_LENGTH + 1), draft_token="t0ken")
        assert saved_drafts(alice.get(address)) == []

    def test_keeps_text_of_any_script_as_it_is(self, story: Story, alice: Client, address: str) -> None:
        text = "为什么？ لماذا؟ ทำไม क्यों 🙂 <b>&amp;</b>"
        send(alice, alice.get(address), root_cause=text)
        assert typed_in(alice.get(address))["root_cause"] == text
        shown = alice.get(f"/cars/{story.finding.pk}/plan/").content.decode()
        assert "<b>" not in shown
        assert escape(text) in shown


class TestRefusal:
    def test_shows_all_that_was_typed_and_saves_none_of_it(self, alice: Client, address: str) -> None:
        too_long = "x" * (TEXT_LENGTH + 1)
        page = send(
            alice,
            alice.get(address),
            press="Save and publish",
            actions=too_long,
            root_cause="Why?",
            date="soon",
        )
        assert page.status_code == 200
        assert problems_of(page) == [
            "Enter a real date, such as 2026-03-14.",
            "Preventative and Corrective Actions has 20,001 characters; the most is 20,000.",
        ]
        typed = typed_in(page)
        assert (typed["actions"], typed["root_cause"], typed["date"]) == (too_long, "Why?", "soon")
        assert page.content.decode().count("<title>Error: ") == 1
        assert not DraftField.objects.filter(name="root_cause").exists()

    def test_leads_from_the_summary_to_the_field(self, alice: Client, address: str) -> None:
        page = send(alice, alice.get(address), date="soon")
        link = main_of(page).one("div", role="alert").one("a")
        assert link["href"] == "#id_date"
        control = form_of(page).one("input", id="id_date")
        assert control["aria-invalid"] == "true"
        assert "id_date_error" in control["aria-describedby"].split()

    def test_text_stays_when_the_car_has_ended_meanwhile(
        self, story: Story, plan: ActionPlan, alice: Client, address: str
    ) -> None:
        before = alice.get(address)
        end_by_next_audit(story.finding)
        page = send(alice, before, root_cause="A late thought")
        assert page.status_code == 409
        assert problems_of(page) == [
            f"{story.finding.reference} has been closed by a later audit. Its plan stays as it is."
        ]
        assert typed_in(page)["root_cause"] == "A late thought"
        assert texts_of(plan)["root_cause"] == TEXTS["root_cause"]


class TestTwoAtOnce:
    """Alice in one tab or browser, Bob in another; both have opened the form."""

    @pytest.fixture
    def opened(self, plan: ActionPlan, alice: Client) -> Response:
        return alice.get(f"/cars/{plan.finding_id}/plan/edit/")

    def test_different_fields_are_merged(
        self, story: Story, plan: ActionPlan, alice: Client, opened: Response
    ) -> None:
        write(plan, story.bob, root_cause="Bob's cause")
        send(alice, opened, actions="Alice's actions")
        texts = texts_of(plan)
        assert (texts["root_cause"], texts["actions"]) == ("Bob's cause", "Alice's actions")

    @pytest.fixture
    def conflict(self, story: Story, plan: ActionPlan, alice: Client, opened: Response) -> Response:
        write(plan, story.bob, root_cause="Bob's cause")
        return send(alice, opened, root_cause="Alice's cause", actions="Alice's actions")

    def test_the_same_field_shows_both_texts_and_the_rest_is_saved(
        self, story: Story, plan: ActionPlan, conflict: Response
    ) -> None:
        assert conflict.status_code == 409
        assert problems_of(conflict) == [
            "“Root cause” was saved with another text while you were writing. Choose which text to keep."
        ]
        row = form_of(conflict).one("div", id="div_id_root_cause")
        assert "Bob's cause" in row.text
        assert f"The text that {person_of(story.bob)} saved at" in row.text
        assert typed_in(conflict)["root_cause"] == "Alice's cause"
        texts = texts_of(plan)
        assert (texts["root_cause"], texts["actions"]) == ("Bob's cause", "Alice's actions")

    def test_own_text_is_kept_when_it_was_chosen(
        self, plan: ActionPlan, alice: Client, conflict: Response
    ) -> None:
        send(alice, conflict, choose_root_cause="mine", root_cause="Alice's cause, and Bob's")
        assert texts_of(plan)["root_cause"] == "Alice's cause, and Bob's"

    def test_other_text_stays_when_it_was_chosen(
        self, plan: ActionPlan, alice: Client, conflict: Response
    ) -> None:
        assert send(alice, conflict, choose_root_cause="theirs").status_code == 302
        assert texts_of(plan)["root_cause"] == "Bob's cause"

    def test_who_does_not_choose_is_asked_again(
        self, plan: ActionPlan, alice: Client, conflict: Response
    ) -> None:
        again = send(alice, conflict)
        assert again.status_code == 409
        assert typed_in(again)["root_cause"] == "Alice's cause"
        assert texts_of(plan)["root_cause"] == "Bob's cause"

    def test_a_third_text_meanwhile_is_asked_about_anew(
        self, story: Story, plan: ActionPlan, alice: Client, conflict: Response
    ) -> None:
        write(plan, story.bob, root_cause="Bob's second thought")
        again = send(alice, conflict, choose_root_cause="mine")
        assert again.status_code == 409
        assert "Bob's second thought" in text_of(again)
        assert texts_of(plan)["root_cause"] == "Bob's second thought"


class TestWho:
    def test_viewer_of_the_site_is_refused_with_the_reason(self, story: Story, address: str) -> None:
        carol = client_of(story.carol)
        page = carol.get(address)
        assert page.status_code == 403
        assert "Your role in your organisation only reads." in text_of(page)
        assert carol.post(address, {"root_cause": "Mine"}).status_code == 403
        assert not ActionPlan.objects.exists()

    def test_party_of_the_plan_is_refused(self, story: Story, plan: ActionPlan, address: str) -> None:
        share_with(plan, story.alice, story.customer)
        dora = client_of(story.dora)
        assert dora.get(address).status_code == 403
        assert dora.post(address, {"root_cause": "Mine"}).status_code == 403
        assert texts_of(plan)["root_cause"] == TEXTS["root_cause"]

    @pytest.mark.usefixtures("plan")
    def test_it_does_not_exist_for_anybody_else(self, address: str) -> None:
        for organisation in (make_supplier(), make_customer()):
            assert client_of(make_actor(organisation)).get(address).status_code == 404

    def test_whoever_was_logged_out_comes_back_to_the_form(self, address: str) -> None:
        page = Client().post(address, {"root_cause": "Mine"})
        assert page["Location"] == f"/accounts/login/?next={address}"

    def test_once_the_car_has_ended_the_form_is_closed(
        self, story: Story, alice: Client, address: str
    ) -> None:
        end_by_next_audit(story.finding, successor=make_finding(story.site))
        page = alice.get(address)
        assert page.status_code == 409
        assert "can be carried on there" in text_of(page)
        assert heading_of(page)


def test_queries_do_not_grow_with_parties_and_versions(
    story: Story,
    plan: ActionPlan,
    alice: Client,
    address: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    alice.get(address)
    with django_assert_num_queries(QUERIES):
        alice.get(address)
    for number in range(3):
        write(plan, story.alice, actions=f"Version {number}")
        share_with(plan, story.alice, make_ngo(), make_ngo())
    with django_assert_num_queries(QUERIES):
        alice.get(address)
