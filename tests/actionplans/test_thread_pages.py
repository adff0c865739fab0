"""Threads and private notes as their two sides have them in a browser."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from actionplans.models import ActionPlan, Comment, PlanShare, PrivateNote
from actionplans.plans.services import publish_plan
from actionplans.sharing.services import withdraw_share
from carportal.core.actor import Role
from tests.actionplans.conftest import Story
from tests.actionplans.making import end_by_next_audit, person_of, share_with, write
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
from tests.actionplans.papers import pdf_at
from tests.actionplans.talking import answer, id_of, note, resolve, say
from tests.factories import make_actor, make_operator

# The page of a share or of a plan with a thread: as it is without one, the answers and those whom comments mention
# (of comments and of answers), whose names the reader knows, and what the newest version is.
QUERIES = {"share": 24, "plan": 30}


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


@pytest.fixture
def dora(story: Story) -> Client:
    return client_of(story.dora)


@pytest.fixture
def alice(story: Story) -> Client:
    return client_of(story.alice)


@pytest.fixture
def page(share: PlanShare) -> str:
    return reverse("share", args=[share.pk])


@pytest.fixture
def writing(share: PlanShare) -> str:
    return reverse("share_comment", args=[share.pk])


def thread_of(response: Response) -> str:
    return str(main_of(response).one("section", id="comments").text)


def press(client: Client, response: Response, words: str) -> Response:
    """The button of the thread that says so."""
    forms = main_of(response).one("section", id="comments").all("form")
    form = next(each for each in forms if each.one("button").text.startswith(words))
    button = form.one("button")
    return client.post(form["action"], {**data_of(form), button["name"]: button["value"]})


class TestReading:
    def test_comments_stand_by_section_with_who_when_and_about_which_version(
        self, story: Story, plan: ActionPlan, share: PlanShare, dora: Client, alice: Client, page: str
    ) -> None:
        say(share, story.dora, "Who pays?", section="actions")
        write(plan, story.alice, actions="The site pays.")
        share_with(plan, story.alice, story.customer)
        said = say(share, story.alice, "Thank you all.")
        answer(said, story.dora, "With pleasure.")
        for client in (dora, alice):
            response = client.get(page)
            headings = [each.text for each in main_of(response).one("section", id="comments").all("h3")]
            assert headings == ["The plan as a whole", "Preventative and Corrective Actions"]
            text = thread_of(response)
            assert "2 comments are open." in text
            for person, organisation in (
                (story.dora, "Northmarket Ltd"),
                (story.alice, "Green Valley Foods"),
            ):
                assert re.search(rf"{person_of(person)} ?, {organisation}", text)
            assert (
                "about the version shared on" in text.partition("Who pays?")[0].rpartition("Preventative")[2]
            )
            assert text.count("about the newest version") == 2

    def test_each_section_of_the_plan_leads_to_what_is_open_on_it(
        self, story: Story, share: PlanShare, dora: Client, page: str
    ) -> None:
        say(share, story.dora, "One.", section="actions")
        say(share, story.dora, "Two.", section="actions")
        resolve(say(share, story.dora, "Three.", section="root_cause"), story.alice)
        response = dora.get(page)
        places = main_of(response).all("p", class_="open-at")
        links = {each["id"]: [(a.text, a["href"]) for a in each.all("a")] for each in places}
        assert links.pop("open-at-actions") == [("2 open comments", "#comments-actions")]
        assert set(map(tuple, links.values())) == {()}
        assert main_of(response).one("h3", id="comments-actions")

    def test_long_thread_is_folded_until_all_of_it_is_asked_for(
        self, story: Story, share: PlanShare, dora: Client, page: str
    ) -> None:
        first = say(share, story.dora, "The very first.")
        second = say(share, story.dora, "The second.", section="actions")
        for number in range(20):
            say(share, story.dora, f"Number {number}.")
        folded = dora.get(page)
        assert "The very first." not in thread_of(folded)
        assert "22 comments are open." in thread_of(folded)
        link = main_of(folded).one("p", id="open-at-actions").one("a")
        assert link["href"] == "?comments=all#comments-actions"
        unfolded = dora.get(page, {"comments": "all"})
        assert main_of(unfolded).one("li", id=f"comment-{second.pk}")
        answer(first, story.alice)  # what was last said counts
        assert "The very first." in thread_of(dora.get(page))

    def test_nothing_of_it_is_in_a_pdf_or_on_the_operators_pages(
        self, story: Story, plan: ActionPlan, share: PlanShare, dora: Client
    ) -> None:
        publish_plan(plan_id=plan.pk, actor=story.alice)
        say(share, story.dora, "A word between us.")
        note(plan, story.dora, "A word among us.")
        pdf = pypdf.PdfReader(BytesIO(pdf_at(dora, reverse("share_pdf", args=[share.pk])).content))
        operator = client_of(make_actor(make_operator(), Role.COMPLIANCE))
        texts = [each.extract_text() for each in pdf.pages]
        texts += [
            text_of(operator.get(reverse(name, args=[story.finding.pk]))) for name in ("finding", "plan")
        ]
        for text in texts:
            assert "word a" not in text.lower()
            assert "word between" not in text.lower()
            assert "omment" not in text

    def test_withdrawn_share_keeps_its_thread_for_the_site_alone(
        self, story: Story, share: PlanShare, dora: Client, alice: Client, page: str, writing: str
    ) -> None:
        said = say(share, story.dora, "Who pays?")
        withdraw_share(share_id=share.pk, actor=story.alice)
        for url in (
            page,
            writing,
            reverse("comment_settle", args=[said.pk]),
            reverse("comment_edit", args=[said.pk]),
        ):
            assert dora.get(url).status_code == 404
        text = thread_of(alice.get(page))
        assert "Who pays?" in text
        assert "Answer" not in text
        assert alice.get(writing).status_code == 409

    def test_ended_car_leaves_the_thread_as_it_is(
        self, story: Story, share: PlanShare, dora: Client, page: str, writing: str
    ) -> None:
        say(share, story.dora, "Who pays?")
        end_by_next_audit(story.finding)
        assert "Write a comment" not in thread_of(dora.get(page))
        refused = dora.post(writing, {"text": "And now?", "section": ""})
        assert refused.status_code == 409
        assert "stay as they are" in problems_of(refused)[0]
        assert "And now?" in form_of(refused).one("textarea").text


class TestWriting:
    def test_comment_is_written_and_read_where_it_stands(self, dora: Client, writing: str) -> None:
        written = send(dora, dora.get(writing), text="Who pays?", section="actions")
        said = Comment.objects.get()
        assert written.url == f"{reverse('share', args=[said.share.pk])}#comment-{said.pk}"
        assert (said.text, said.section) == ("Who pays?", "actions")
        assert "Your comment was sent." in text_of(dora.get(written.url))

    def test_problem_is_named_and_what_was_typed_stays(self, dora: Client, writing: str) -> None:
        assert problems_of(send(dora, dora.get(writing), text="")) == ["Write your comment."]
        long = send(dora, dora.get(writing), text="x" * 5001)
        assert problems_of(long) == ["Comment has 5,001 characters; the most is 5,000."]
        assert "xxx" in form_of(long).one("textarea").text

    def test_answer_shows_what_it_answers(
        self, story: Story, share: PlanShare, alice: Client, page: str
    ) -> None:
        said = say(share, story.dora, "Who pays?", section="actions")
        resolve(said, story.dora)
        link = next(
            each["href"] for each in main_of(alice.get(page)).all("a") if f"answer={said.pk}" in each["href"]
        )
        form = alice.get(link)
        assert heading_of(form).endswith("Answer a comment")
        for words in ("Who pays?", "Preventative and Corrective Actions", "Your answer opens it again."):
            assert words in text_of(form)
        send(alice, form, text="We do.")
        assert (said.answers.get().text, Comment.objects.get(pk=said.pk).status) == ("We do.", "open")

    def test_answer_to_what_is_not_there_is_not_found(
        self, story: Story, plan: ActionPlan, share: PlanShare, alice: Client, writing: str
    ) -> None:
        elsewhere = say(share_with(plan, story.alice, story.other), story.alice)
        below = answer(say(share, story.dora), story.alice)
        for wrong in (elsewhere.pk, below.pk, share.pk, "x"):
            assert alice.get(f"{writing}?answer={wrong}").status_code == 404

    def test_only_those_one_knows_are_offered_to_be_mentioned(
        self, story: Story, share: PlanShare, alice: Client, dora: Client, writing: str
    ) -> None:
        assert "Mention" not in text_of(dora.get(writing))
        say(share, story.dora)
        form = alice.get(writing)
        labels = [each.text.strip() for each in form_of(form).all("label", class_="form-check-label")]
        colleagues = sorted(f"{person_of(each)}, Green Valley Foods" for each in (story.bob, story.carol))
        assert labels == [*colleagues, f"{person_of(story.dora)}, Northmarket Ltd"]
        send(alice, form, text="Please look.", mention=[str(id_of(story.dora))])
        assert "mentions " + str(person_of(story.dora)) in thread_of(
            dora.get(reverse("share", args=[share.pk]))
        )

    def test_name_of_another_party_is_to_be_confirmed(
        self, story: Story, alice: Client, writing: str
    ) -> None:
        asked = send(alice, alice.get(writing), text="Fairprice Stores pays half.")
        sentence = (
            "Confirm that Northmarket Ltd may read the name “Fairprice Stores plc”, or take the name out."
        )
        assert problems_of(asked) == [sentence]
        assert not Comment.objects.exists()
        assert send(alice, asked, names=[str(story.other.pk)]).status_code == 302
        assert Comment.objects.get().text == "Fairprice Stores pays half."


class TestChangingAndSettling:
    def test_author_alone_is_offered_to_change_it_and_only_at_first(
        self, story: Story, share: PlanShare, alice: Client, dora: Client, page: str
    ) -> None:
        said = say(share, story.dora)
        url = reverse("comment_edit", args=[said.pk])
        assert url in dora.get(page).content.decode()
        assert url not in alice.get(page).content.decode()
        changed = send(dora, dora.get(url), text="Which ones?")
        assert "changed" in thread_of(dora.get(changed.url))
        assert Comment.objects.get().text == "Which ones?"

    def test_change_that_comes_too_late_is_refused_and_not_lost(
        self, story: Story, share: PlanShare, dora: Client, page: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said = say(share, story.dora)
        url = reverse("comment_edit", args=[said.pk])
        form = dora.get(url)
        monkeypatch.setattr(timezone, "now", lambda: said.written_at + timedelta(minutes=10))
        late = send(dora, form, text="Which ones?")
        assert late.status_code == 409
        assert "for 10 minutes" in problems_of(late)[0]
        assert "Which ones?" in form_of(late).one("textarea").text
        assert dora.get(url).status_code == 409
        assert url not in dora.get(page).content.decode()

    def test_comment_is_resolved_and_opened_again_with_a_button(
        self, story: Story, share: PlanShare, alice: Client, dora: Client, page: str
    ) -> None:
        said = say(share, story.dora)
        settled = press(alice, alice.get(page), "Mark as resolved")
        assert settled.url == f"{page}#comment-{said.pk}"
        text = thread_of(dora.get(page))
        assert "All comments are resolved." in text
        assert f"by {person_of(story.alice)}" in text
        press(dora, dora.get(page), "Open again")
        assert Comment.objects.get().status == "open"

    def test_button_of_an_unfolded_thread_leads_back_to_all_of_it(
        self, story: Story, share: PlanShare, dora: Client, page: str
    ) -> None:
        say(share, story.dora)
        settled = press(dora, dora.get(page, {"comments": "all"}), "Mark as resolved")
        assert settled.url.startswith(f"{page}?comments=all#comment-")

    def test_who_comes_back_by_the_address_of_the_button_finds_the_thread(
        self, story: Story, share: PlanShare, dora: Client, page: str
    ) -> None:
        said = say(share, story.dora)
        assert dora.get(reverse("comment_settle", args=[said.pk]))["Location"] == f"{page}#comment-{said.pk}"
        refused = dora.post(reverse("comment_settle", args=[said.pk]), {"status": "gone"})
        assert refused.status_code == 400

    def test_viewers_are_offered_nothing(self, story: Story, share: PlanShare, page: str) -> None:
        say(share, story.dora)
        for actor in (story.carol, make_actor(story.customer, Role.VIEWER)):
            section = main_of(client_of(actor).get(page)).one("section", id="comments")
            assert not section.all("form")
            assert "Write a comment" not in section.text


class TestThePlansPage:
    def test_site_reads_what_is_open_with_every_party(
        self, story: Story, plan: ActionPlan, share: PlanShare, alice: Client
    ) -> None:
        other, erik = share_with(plan, story.alice, story.other), make_actor(story.other)
        open_one = say(share, story.dora, "Who pays?", section="actions")
        answer(say(other, erik, "And when?", section="actions"), story.alice, "In June.")
        say(other, story.alice, "Do you know the agent?", section="root_cause")
        resolve(say(share, story.dora, "Thank you."), story.alice)
        response = alice.get(reverse("plan", args=[story.finding.pk]))
        text = text_of(response).partition("Open comments")[2].partition("Private notes")[0]
        assert text.index("Do you know the agent?") < text.index("Who pays?")
        for words in ("Northmarket Ltd", "to Fairprice Stores plc", "And when?", "1 answer"):
            assert words in text
        assert "Thank you." not in text
        main = main_of(response)
        assert main.one("p", id="open-at-actions").text == "2 open comments"
        links = [each["href"] for each in main.all("a")]
        assert f"{reverse('share', args=[share.pk])}?comments=all#comment-{open_one.pk}" in links

    def test_what_was_said_on_a_share_that_was_withdrawn_is_not_open(
        self, story: Story, share: PlanShare, alice: Client
    ) -> None:
        say(share, story.dora, "Who pays?")
        withdraw_share(share_id=share.pk, actor=story.alice)
        assert "Who pays?" not in text_of(alice.get(reverse("plan", args=[story.finding.pk])))

    def test_the_latest_are_listed_and_all_on_demand(
        self, story: Story, share: PlanShare, alice: Client
    ) -> None:
        for number in range(21):
            say(share, story.dora, f"Number {number}.")
        page = reverse("plan", args=[story.finding.pk])
        folded = text_of(alice.get(page))
        assert "Number 0." not in folded
        assert "Show all open comments" in folded
        assert "Number 0." in text_of(alice.get(page, {"comments": "all"}))


class TestPrivateNotes:
    def test_party_keeps_and_removes_a_note_on_its_page(
        self, share: PlanShare, dora: Client, alice: Client, page: str
    ) -> None:
        kept = send(dora, dora.get(reverse("share_note", args=[share.pk])), text="Ask the board.")
        assert kept.url == f"{page}#notes"
        assert "Ask the board." in text_of(dora.get(page))
        sites = text_of(alice.get(page))
        assert "Ask the board." not in sites
        assert "rivate note" not in sites
        asked = dora.get(reverse("note_remove", args=[PrivateNote.objects.get().pk]))
        assert "Ask the board." in text_of(asked)
        assert send(dora, asked).url == f"{page}#notes"
        assert not PrivateNote.objects.exists()
        assert "rivate note" not in text_of(alice.get(page))

    def test_site_keeps_its_own_on_the_plans_page(
        self, story: Story, dora: Client, alice: Client, page: str
    ) -> None:
        url = reverse("plan_note", args=[story.finding.pk])
        plan_page = reverse("plan", args=[story.finding.pk])
        assert problems_of(send(alice, alice.get(url), text=" ")) == ["Write the note."]
        assert send(alice, alice.get(url), text="Price them in.").url == f"{plan_page}#notes"
        assert "Price them in." in text_of(alice.get(plan_page))
        assert "Price them in." not in text_of(dora.get(page))
        asked = alice.get(reverse("note_remove", args=[PrivateNote.objects.get().pk]))
        assert send(alice, asked).url == f"{plan_page}#notes"

    def test_note_of_another_is_not_there(
        self, story: Story, plan: ActionPlan, dora: Client, alice: Client
    ) -> None:
        share_with(plan, story.alice, story.customer, story.other)
        kept = [note(plan, story.dora), note(plan, story.alice), note(plan, make_actor(story.other))]
        found = {
            client: [client.get(reverse("note_remove", args=[each.pk])).status_code for each in kept]
            for client in (dora, alice)
        }
        assert found == {dora: [200, 404, 404], alice: [404, 200, 404]}


@pytest.mark.parametrize("name", ["share", "plan"])
def test_queries_do_not_grow_with_what_is_said(
    story: Story,
    plan: ActionPlan,
    share: PlanShare,
    name: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    other = share_with(plan, story.alice, story.other)
    client = client_of(story.alice)
    url = reverse(name, args=[share.pk if name == "share" else story.finding.pk])
    erik = make_actor(story.other)

    def talk(times: int, who: Callable[[int], str] = "Number {}".format) -> None:
        for number in range(times):
            said = say(share, story.dora, who(number), section="actions")
            answer(said, story.alice, who(number), mentions=[id_of(story.bob), id_of(story.dora)])
            say(other, erik, who(number))
            note(plan, story.alice, who(number))

    talk(1)
    with django_assert_num_queries(QUERIES[name]):
        client.get(url)
    talk(6, "Again {}".format)
    with django_assert_num_queries(QUERIES[name]):
        client.get(url)
