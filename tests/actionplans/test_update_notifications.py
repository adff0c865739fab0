"""The seven mails about updates: what they say in text and HTML, where they lead, and what none of them tells."""

import re
from datetime import timedelta

import pytest
from django.conf import settings

from actionplans.models import ActionPlan, PlanShare
from actionplans.updates.services import Terms, decline_proposal
from carportal.core.actor import Actor, Role
from carportal.core.delivery import deliver_due
from carportal.core.models import Delivery, Notification
from carportal.core.notifications import Message, notification_kind
from stakeholders.reminding import sweep
from tests.actionplans.agreeing import IN_MAY, TODAY, agree, end, post, propose, stand_still
from tests.actionplans.conftest import Story
from tests.actionplans.making import person_of, share_with
from tests.actionplans.test_notifications import mail, words_of
from tests.factories import make_actor, make_operator

pytestmark = pytest.mark.django_db

KINDS = (
    "update_posted",
    "updates_proposed",
    "updates_answered",
    "updates_ended",
    "update_due",
    "update_missing",
    "reply_awaited",
)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch, TODAY)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


@pytest.fixture
def operator(db: None) -> Actor:
    return make_actor(make_operator(), Role.COMPLIANCE)


@pytest.fixture
def all_seven(story: Story, plan: ActionPlan, share: PlanShare, operator: Actor) -> dict[str, Message]:
    """Each as its readers get it, while the other customer has agreements and updates of its own."""
    erik = make_actor(story.other)
    other = share_with(plan, story.alice, story.other)
    agree(other, story.alice, erik, Terms(6, IN_MAY.first_due + timedelta(days=1)))
    mails = {}
    proposal = propose(share, story.alice)
    mails["updates_proposed"] = mail("updates_proposed", story.dora)
    decline_proposal(proposal_id=proposal.pk, actor=story.dora)
    agree(share, story.dora, story.alice)
    mails["updates_answered"] = mail("updates_answered", story.dora)
    post(share, story.alice, text="Maria got her fees back.")
    post(other, story.alice, text="Secret progress.")
    mails["update_posted"] = mail("update_posted", story.dora)
    sweep(TODAY + timedelta(days=14))
    mails["reply_awaited"] = mail("reply_awaited", story.dora)
    sweep(IN_MAY.first_due)
    mails["update_due"] = _of(IN_MAY.first_due.isoformat(), "update_due")
    sweep(IN_MAY.first_due + timedelta(days=35))
    mails["update_missing"] = mail("update_missing", operator)
    end(share, story.alice)
    mails["updates_ended"] = mail("updates_ended", story.dora)
    return mails


def _of(due: str, kind: str) -> Message:
    found = Notification.objects.filter(kind=kind, period__startswith=due).first()
    assert found is not None
    return notification_kind(kind).render(found)


@pytest.mark.parametrize("kind", KINDS)
def test_html_says_what_the_text_says(all_seven: dict[str, Message], kind: str):
    message = all_seven[kind]
    html = words_of(message.html.partition("<body")[2])
    for line in message.text.splitlines():
        assert line.removesuffix(":") in html or line == "--"
    text = " ".join(message.text.split())
    blocks = re.findall(r"<p\b[^>]*>(.*?)</p>", message.html, re.DOTALL)
    said = [words_of(block) for block in blocks if "button" not in block]
    assert len(said) >= 3
    assert [words for words in said if words not in text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_each_says_which_car_of_which_site_and_leads_on(
    story: Story, share: PlanShare, all_seven: dict[str, Message], kind: str
):
    text = all_seven[kind].text
    page = {
        "update_due": f"/cars/{story.finding.pk}/plan/update/",
        "update_missing": f"/cars/{story.finding.pk}/",
        "reply_awaited": f"/shares/{share.pk}/#reply",
    }.get(kind, f"/shares/{share.pk}/#updates")
    for part in (story.finding.reference, "Green Valley Packhouse", "Green Valley Foods", "1A.B"):
        assert part in text
    assert f"{settings.SITE_URL.rstrip('/')}{page}\n" in text
    assert story.finding.reference in all_seven[kind].subject
    assert "Collaborative Action Required" in text


@pytest.mark.parametrize("kind", KINDS)
def test_none_has_the_text_of_an_update_or_of_the_plan_or_another_party(
    all_seven: dict[str, Message], kind: str
):
    whole = str(all_seven[kind])
    for secret in ("Maria", "Secret progress", "Repay the fees", "Fairprice", "every 6 months"):
        assert secret not in whole
    # The site is told with whom it agreed; to the operator no party is named.
    assert ("Northmarket" in whole) is (kind == "update_due")


@pytest.mark.parametrize("kind", KINDS)
def test_no_car_is_called_late(all_seven: dict[str, Message], kind: str):
    whole = " ".join(str(all_seven[kind]).split()).casefold()
    assert "overdue" not in whole
    assert ("late" in whole.replace("later", "")) is (kind == "update_missing")
    assert ("It is the update that is late".casefold() in whole) is (kind == "update_missing")


@pytest.mark.parametrize("kind", KINDS)
def test_texts_have_no_gaps(all_seven: dict[str, Message], kind: str):
    text = all_seven[kind].text
    assert "\n\n\n" not in text
    assert not any(line != line.rstrip() for line in text.splitlines())
    assert "\n" not in all_seven[kind].subject


@pytest.mark.parametrize(
    ("offset", "sentence"),
    [
        (-14, "The next update is agreed for 31 May 2026."),
        (-1, "The next update is agreed for 31 May 2026."),
        (0, "Today, 31 May 2026, is the day for which an update was agreed."),
        (7, "The update that was agreed for 31 May 2026 has not been posted yet."),
        (28, "The update that was agreed for 31 May 2026 has not been posted yet."),
    ],
)
def test_reminder_says_how_it_stands(story: Story, share: PlanShare, offset: int, sentence: str):
    agree(share, story.alice, story.dora)
    sweep(IN_MAY.first_due + timedelta(days=offset))
    text = mail("update_due", story.alice).text
    assert text.startswith(f"{sentence} It was agreed with Northmarket Ltd.")


def test_answer_says_what_was_agreed_or_not(story: Story, share: PlanShare):
    agree(share, story.alice, story.dora)
    accepted = mail("updates_answered", story.alice)
    assert accepted.subject.startswith("Northmarket Ltd accepted your proposal for updates")
    assert "an update every 3 months, the first on 31 May 2026." in accepted.text
    assert "You are reminded before each date." in accepted.text


def test_declined_proposal_is_told_to_whom_it_was_made_by(story: Story, share: PlanShare):
    decline_proposal(proposal_id=propose(share, story.dora).pk, actor=story.alice)
    declined = mail("updates_answered", story.dora)
    assert declined.subject.startswith("Green Valley Packhouse declined your proposal for updates")
    assert "You can propose something else." in declined.text


def test_worker_sends_the_newest_reminder_and_drops_what_it_overtook(
    story: Story, share: PlanShare, mailoutbox
):
    agree(share, story.alice, story.dora)
    for offset in (0, 7):
        sweep(IN_MAY.first_due + timedelta(days=offset))
    deliver_due()
    sent = [each for each in mailoutbox if "an update is due" in each.subject]
    assert {each.to[0] for each in sent} == {
        f"{person_of(actor).name} <{person_of(actor).email}>" for actor in (story.alice, story.bob)
    }
    assert len(sent) == 2
    states = Delivery.objects.filter(notification__kind="update_due").values_list("state", flat=True)
    assert sorted(states) == ["dropped", "dropped", "sent", "sent"]
