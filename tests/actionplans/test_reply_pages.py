"""A party reads what was shared with it, and replies."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from actionplans.models import ActionPlan, PlanShare, Reply
from actionplans.plans.services import publish_plan
from carportal.core.actor import Role
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    CALL,
    CONFIRM,
    INFORM,
    end_by_next_audit,
    make_finding,
    person_of,
    share_with,
    write,
)
from tests.actionplans.pages import (
    Response,
    client_of,
    data_of,
    form_of,
    main_of,
    problems_of,
    send,
    text_of,
)
from tests.factories import make_actor

# Login, actor, share; its sendings and replies, what was agreed before, calls, comments, the record; the same however long
# the story is. A party's own notes stand on its page alone.
PARTY_QUERIES, SITE_QUERIES = 19, 19


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(
        plan, story.alice, story.customer, asks={**CONFIRM, **CALL}, note="See action two.\nThanks."
    )


@pytest.fixture
def dora(story: Story) -> Client:
    return client_of(story.dora)


@pytest.fixture
def address(share: PlanShare) -> str:
    return reverse("share", args=[share.pk])


def replies() -> list[tuple[str, str]]:
    return [(reply.kind, reply.comment) for reply in Reply.objects.order_by("replied_at")]


def options(response: Response) -> list[str]:
    return [radio["value"] for radio in form_of(response).all("input", type="radio")]


def send_again(story: Story, plan: ActionPlan, text: str = "A better plan") -> None:
    write(plan, story.alice, actions=text)
    share_with(plan, story.alice, story.customer)


class TestReading:
    def test_tells_whose_plan_it_is_and_what_is_asked(self, dora: Client, address: str) -> None:
        text = text_of(dora.get(address))
        for words in (
            "Action plan of Green Valley Packhouse",
            "1A.B Recruitment fees were paid by workers",
            "Shared with you by Green Valley Foods on",
            "Confirmation that action proposed meets customer requirements",
            "See action two. Thanks.",
            "Repay the fees over twelve months.",
            "A CAR is no ground to reduce orders",
        ):
            assert words in text

    def test_lists_only_what_is_asked(self, dora: Client, address: str) -> None:
        asked = main_of(dora.get(address)).all("ul", class_="measure")[0]
        assert len(asked.all("li")) == 2
        assert "root cause" not in asked.text

    def test_makes_links_of_addresses_and_of_nothing_else(
        self, story: Story, plan: ActionPlan, dora: Client, address: str
    ) -> None:
        send_again(
            story, plan, "<script>alert(1)</script> [x](javascript:alert(1)) https://example.org/a?b=1&c=2"
        )
        page = dora.get(address).content.decode()
        assert "<script>alert" not in page
        assert 'href="javascript' not in page
        assert 'href="https://example.org/a?b=1&amp;c=2" rel="nofollow"' in page

    def test_shows_only_the_newest_that_was_sent(
        self, story: Story, plan: ActionPlan, dora: Client, address: str
    ) -> None:
        send_again(story, plan, "Sent again")
        write(plan, story.alice, actions="Not sent")
        text = text_of(dora.get(address))
        assert "Sent again" in text
        assert "Repay the fees" not in text
        assert "Not sent" not in text

    def test_for_information_nothing_is_asked(self, story: Story, plan: ActionPlan, dora: Client) -> None:
        publish_plan(plan_id=plan.pk, actor=story.alice)
        share = share_with(plan, story.alice, story.customer, asks=INFORM)
        page = dora.get(reverse("share", args=[share.pk]))
        assert "No reply is asked of you." in text_of(page)
        assert not main_of(page).all("form")
        refused = dora.post(
            reverse("share_reply", args=[share.pk]), {"kind": "confirmed", "sent": share.sent.get().pk}
        )
        assert refused.status_code == 409
        assert problems_of(refused) == ["This plan was shared for your information; no reply is asked."]


class TestReplying:
    def test_begins_with_nothing_chosen(self, dora: Client, address: str) -> None:
        page = dora.get(address)
        assert options(page) == ["acknowledged", "confirmed", "changes_requested"]
        assert "kind" not in data_of(form_of(page))

    @pytest.mark.parametrize(
        ("kind", "label"),
        [
            ("acknowledged", "Acknowledged"),
            ("confirmed", "Confirmed"),
            ("changes_requested", "Changes requested"),
        ],
    )
    def test_is_sent_to_the_site(
        self, story: Story, dora: Client, address: str, kind: str, label: str
    ) -> None:
        done = send(dora, dora.get(address), kind=kind, comment="Which planners?")
        assert done["Location"] == address
        assert f"Your reply was sent to Green Valley Packhouse: {label}." in text_of(dora.get(address))
        assert replies() == [(kind, "Which planners?")]
        site = text_of(client_of(story.alice).get(address))
        assert f"What it replied {label} Which planners?" in site
        assert str(person_of(story.dora)) in site

    def test_says_which_part_is_to_change_and_leads_the_site_there(
        self, story: Story, plan: ActionPlan, dora: Client, address: str
    ) -> None:
        send(dora, dora.get(address), kind="changes_requested", section="root_cause", comment="Who decides?")
        assert "About: Root cause Who decides?" in text_of(dora.get(address))
        draft = f"/cars/{plan.finding_id}/plan/edit/#id_root_cause"
        assert not main_of(dora.get(address)).all("a", href=draft)
        alice = client_of(story.alice)
        (link,) = main_of(alice.get(address)).all("a", href=draft)
        assert link.text == "Root cause"
        assert "About: Root cause" in text_of(alice.get(f"/cars/{plan.finding_id}/plan/"))

    def test_may_be_changed_but_not_taken_back(self, dora: Client, address: str) -> None:
        send(dora, dora.get(address), kind="confirmed")
        page = dora.get(address)
        assert "Change your reply" in text_of(page)
        assert options(page) == ["confirmed", "changes_requested"]
        send(dora, page, kind="changes_requested", comment="On second thoughts: sooner.")
        text = text_of(dora.get(address))
        assert text.index("On second thoughts") < text.index("Confirmed")

    def test_wish_for_changes_needs_words(self, dora: Client, address: str) -> None:
        page = send(dora, dora.get(address), kind="changes_requested", comment="  ")
        assert problems_of(page) == ["Say which changes you would like, so that the site can act on them."]
        assert data_of(form_of(page))["kind"] == ["changes_requested"]
        assert not replies()

    def test_without_a_choice_keeps_the_comment(self, dora: Client, address: str) -> None:
        page = send(dora, dora.get(address), comment="A long comment")
        assert problems_of(page) == ["Choose what you reply to the site."]
        assert data_of(form_of(page))["comment"] == ["A long comment"]

    def test_that_is_too_long_stays_as_it_is(self, dora: Client, address: str) -> None:
        page = send(dora, dora.get(address), kind="confirmed", comment="x" * 5001)
        assert problems_of(page) == ["Comment has 5,001 characters; the most is 5,000."]
        assert data_of(form_of(page))["comment"] == ["x" * 5001]

    def test_twice_is_one_reply(self, dora: Client, address: str) -> None:
        page = dora.get(address)
        for _ in range(2):
            assert send(dora, page, kind="confirmed").status_code == 302
        assert replies() == [("confirmed", "")]

    def test_to_a_version_that_was_replaced_is_not_sent_and_not_lost(
        self, story: Story, plan: ActionPlan, dora: Client, address: str
    ) -> None:
        old = dora.get(address)
        send_again(story, plan, "The newer text")
        page = send(dora, old, kind="confirmed", comment="Well done")
        assert page.status_code == 409
        assert "brought the plan up to date since you opened this page" in problems_of(page)[0]
        assert "The newer text" in text_of(page)
        assert data_of(form_of(page))["comment"] == ["Well done"]
        assert not replies()
        assert send(dora, page).status_code == 302
        assert replies() == [("confirmed", "Well done")]

    def test_to_an_earlier_version_is_told_apart(
        self, story: Story, plan: ActionPlan, dora: Client, address: str
    ) -> None:
        send(dora, dora.get(address), kind="changes_requested", comment="Sooner, please")
        send_again(story, plan)
        page = dora.get(address)
        assert "to an earlier version" in text_of(page)
        assert "Reply to the site" in text_of(page)
        assert "acknowledged" in options(page)

    def test_text_stays_when_the_car_has_ended_meanwhile(
        self, story: Story, dora: Client, address: str
    ) -> None:
        page = dora.get(address)
        end_by_next_audit(story.finding)
        refused = send(dora, page, kind="changes_requested", comment="A late wish")
        assert refused.status_code == 409
        assert data_of(form_of(refused))["comment"] == ["A late wish"]
        assert not replies()

    def test_once_the_car_has_ended_none_is_needed(self, story: Story, dora: Client, address: str) -> None:
        end_by_next_audit(story.finding, successor=make_finding(story.site))
        page = dora.get(address)
        assert "needs no reply any more" in text_of(page)
        assert not main_of(page).all("form")

    def test_address_of_the_form_leads_back_to_the_page(self, share: PlanShare, dora: Client) -> None:
        """There the login leads whoever was logged out while writing."""
        reply = reverse("share_reply", args=[share.pk])
        assert Client().post(reply, {"comment": "x"})["Location"] == f"/accounts/login/?next={reply}"
        assert dora.get(reply)["Location"] == reverse("share", args=[share.pk])


class TestWho:
    def test_who_only_reads_there_is_told_who_replies(
        self, story: Story, share: PlanShare, address: str
    ) -> None:
        reader = client_of(make_actor(story.customer, Role.VIEWER))
        page = reader.get(address)
        assert "Its editors and managers reply." in text_of(page)
        assert not main_of(page).all("form")
        refused = reader.post(reverse("share_reply", args=[share.pk]), {"kind": "confirmed"})
        assert refused.status_code == 403

    def test_site_does_not_reply_for_a_party(self, story: Story, share: PlanShare, address: str) -> None:
        alice = client_of(story.alice)
        assert alice.post(reverse("share_reply", args=[share.pk]), {"kind": "confirmed"}).status_code == 403
        assert not main_of(alice.get(address)).all("form")
        assert not replies()

    def test_other_party_of_the_same_plan_finds_nothing(
        self, story: Story, plan: ActionPlan, share: PlanShare, address: str
    ) -> None:
        share_with(plan, story.alice, story.other)
        other = client_of(make_actor(story.other))
        assert other.get(address).status_code == 404
        assert other.post(reverse("share_reply", args=[share.pk]), {"kind": "confirmed"}).status_code == 404

    def test_nobody_reads_of_another_party(
        self, story: Story, plan: ActionPlan, dora: Client, address: str
    ) -> None:
        other = share_with(plan, story.alice, story.other, note="Only for Fairprice")
        theirs = client_of(make_actor(story.other))
        send(
            theirs,
            theirs.get(reverse("share", args=[other.pk])),
            kind="confirmed",
            comment="Fairprice agrees",
        )
        assert "Fairprice" not in dora.get(address).content.decode()


def test_queries_do_not_grow_with_sendings_and_replies(
    story: Story,
    plan: ActionPlan,
    dora: Client,
    address: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    send(dora, dora.get(address), kind="confirmed")
    dora.get(address)
    alice = client_of(story.alice)
    with django_assert_num_queries(PARTY_QUERIES):
        dora.get(address)
    with django_assert_num_queries(SITE_QUERIES):
        alice.get(address)
    for number in range(3):
        send_again(story, plan, f"Version {number}")
        send(dora, dora.get(address), kind="acknowledged")
        send(dora, dora.get(address), kind="changes_requested", comment=f"Wish {number}")
    dora.get(address)
    with django_assert_num_queries(PARTY_QUERIES):
        dora.get(address)
    with django_assert_num_queries(SITE_QUERIES):
        alice.get(address)
