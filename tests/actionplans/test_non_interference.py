"""Two customers on one plan: nothing that one of them can get tells whether there is another, or what that one did."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actionplans.actions import plan_actions
from actionplans.annex import render
from actionplans.call_actions import call_actions
from actionplans.calling import Arranged, calls_on
from actionplans.calls.calendars import file_of
from actionplans.calls.offers import Offer, Subject
from actionplans.calls.services import cancel_call, propose_call
from actionplans.history import changed_since_answer, sendings_to
from actionplans.models import ActionPlan, Call, PlanShare, Reply
from actionplans.plans.services import note_uploaded, publish_plan, redact_words
from actionplans.sharing.audiences import as_party, as_reader
from actionplans.sharing.policy import replies_open_to
from actionplans.sharing.services import reply, withdraw_share
from carportal.core.actor import Actor
from carportal.core.audit import Aggregate, Reader, timeline
from carportal.core.errors import DomainError
from carportal.core.models import Notification
from carportal.core.notifications import notification_kind
from findings.models import Access, Finding
from stakeholders.models import TradingRelationship, Visibility
from stakeholders.services import change_visibility, end_relationship
from tests.actionplans.arranging import LINK, pick, propose
from tests.actionplans.conftest import Story
from tests.actionplans.making import CALL, CONFIRM, INFORM, share_with, undone, write
from tests.factories import make_actor

pytestmark = pytest.mark.django_db

START = datetime(2026, 6, 1, 9, tzinfo=UTC)
TIMES = [START + timedelta(days=day) for day in (8, 9)]
FEES = Subject("call_on_root_cause")

# What goes on between the site and the other customer; each may come at any time, and any number of times.
ACTS = [
    "share",
    "share a text of its own",
    "ask something else",
    "inform",
    "confirm",
    "want changes",
    "withdraw",
    "read what is published",
    "be redacted",
    "agree on a call",
    "call it off",
    "leave",
]


class Clock:
    """The time of the customer's own steps is the same in every world, whatever happens between them."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def strike(self, step: int) -> None:
        at = START + timedelta(hours=step)
        assert at > self.now
        self.now = at


class World:
    """One telling of the story; `acts[n]` is what the other one does before the n-th step."""

    def __init__(self, story: Story, plan: ActionPlan, clock: Clock, *, is_reader: bool) -> None:
        self.story, self.plan, self.clock, self.is_reader = story, plan, clock, is_reader
        self.share: PlanShare | None = None
        self.others = make_actor(story.other)

    def tell(self, acts: list[list[str]]) -> bytes:
        steps: list[Callable[[], object]] = [
            self.set_out,
            lambda: self.share_with_customer("First.", CONFIRM),
            lambda: self.answer("acknowledged"),
            lambda: self.publish("First."),
            lambda: self.answer("changes_requested", "By June, please."),
            lambda: self.share_with_customer("Second.", CALL, "We heard you."),
            self.ask_for_call,
            self.pick_a_time,
            lambda: self.answer("confirmed"),
            lambda: self.publish("Second."),
            lambda: note_uploaded(plan_id=self.plan.pk, actor=self.story.bob, on=START.date()),
        ]
        for number, step in enumerate(steps):
            for act in acts[number] if number < len(acts) else []:
                self.act(act)
            self.clock.strike(number + 1)
            step()
        for act in acts[len(steps)] if len(acts) > len(steps) else []:
            self.act(act)
        return self.everything()

    # --- What the site and the customer do, the same in every world ------------------------------------

    def set_out(self) -> None:
        if self.is_reader:
            relationship = TradingRelationship.objects.get(customer=self.story.customer)
            change_visibility(
                actor=self.story.bob,
                relationship_id=relationship.pk,
                visibility=Visibility.PUBLISHED_PLANS,
            )

    def share_with_customer(self, text: str, asks: dict[str, bool], note: str = "") -> None:
        write(self.plan, self.story.alice, actions=text)
        self.share = share_with(self.plan, self.story.alice, self.story.customer, asks=asks, note=note)

    def answer(self, kind: str, comment: str = "") -> None:
        assert self.share is not None
        sent = self.share.sent.first()
        assert sent is not None
        reply(share_id=self.share.pk, actor=self.story.dora, sent_id=sent.pk, kind=kind, comment=comment)

    def ask_for_call(self) -> None:
        assert self.share is not None
        self.call = propose_call(
            share_id=self.share.pk, actor=self.story.alice, subject=FEES, offer=Offer(TIMES, 60, LINK)
        )

    def pick_a_time(self) -> None:
        pick(self.call, self.story.dora, TIMES[0])

    def publish(self, text: str) -> None:
        write(self.plan, self.story.alice, actions=text)
        publish_plan(plan_id=self.plan.pk, actor=self.story.alice)

    # --- What happens with the other one ---------------------------------------------------------------

    def act(self, act: str) -> None:
        """Whatever cannot be done at that point is refused, which must not show either."""
        try:
            with_other = {
                "share": lambda: self.share_with_other(CONFIRM),
                "inform": lambda: self.share_with_other(INFORM),
                "ask something else": lambda: self.share_with_other(CALL, "Between us."),
                "share a text of its own": self.share_text_with_other,
                "confirm": lambda: self.others_answer("confirmed"),
                "want changes": lambda: self.others_answer("changes_requested"),
                "withdraw": self.withdraw_from_other,
                "read what is published": self.let_other_read,
                "be redacted": self.redact_of_other,
                "agree on a call": self.call_with_other,
                "call it off": self.call_off_with_other,
                "leave": self.let_other_go,
            }
            with_other[act]()
        except DomainError:
            pass

    def others_share(self) -> PlanShare | None:
        return PlanShare.objects.live().filter(organisation=self.story.other).first()

    def share_with_other(self, asks: dict[str, bool], note: str = "") -> None:
        share_with(self.plan, self.story.bob, self.story.other, asks=asks, note=note)

    def share_text_with_other(self) -> None:
        before = self.plan.draft_fields.get(name="actions").value
        write(self.plan, self.story.bob, actions="A secret of theirs.")
        try:
            self.share_with_other(CONFIRM)
        finally:
            write(self.plan, self.story.bob, actions=before)

    def others_answer(self, kind: str) -> None:
        share = self.others_share()
        sent = share.sent.first() if share else None
        if share and sent:
            reply(share_id=share.pk, actor=self.others, sent_id=sent.pk, kind=kind, comment="Their secret.")

    def withdraw_from_other(self) -> None:
        if share := self.others_share():
            withdraw_share(share_id=share.pk, actor=self.story.bob)

    def call_with_other(self) -> None:
        """At the times that the customer is offered too."""
        if share := self.others_share():
            offer = Offer(TIMES, 60, "https://secret.example.org")
            pick(propose(share, self.others, offer, FEES), self.story.bob, TIMES[0])

    def call_off_with_other(self) -> None:
        for call in Call.objects.filter(share__organisation=self.story.other, status="agreed"):
            cancel_call(call_id=call.pk, actor=self.story.bob, seen=call.turn, reason="Their secret.")

    def redact_of_other(self) -> None:
        """What it wrote, and what was written to it alone."""
        redact_words(
            plan_id=self.plan.pk, actor=self.story.bob, words="secret", reason="Nobody else's business."
        )

    def relationship(self) -> TradingRelationship | None:
        return TradingRelationship.objects.current().filter(customer=self.story.other).first()

    def let_other_read(self) -> None:
        if relationship := self.relationship():
            change_visibility(
                actor=self.story.bob,
                relationship_id=relationship.pk,
                visibility=Visibility.PUBLISHED_PLANS,
            )

    def let_other_go(self) -> None:
        if relationship := self.relationship():
            end_relationship(actor=self.story.bob, relationship_id=relationship.pk)

    # --- What the customer can get ---------------------------------------------------------------------

    def everything(self) -> bytes:
        """All of it as bytes, its own random ids called by what they are."""
        dora = self.story.dora
        names: dict[UUID, str] = {}
        got = {
            "cars": [self.car(finding, dora) for finding in Finding.objects.visible_to(dora)],
            "plans": [self.published(plan) for plan in ActionPlan.objects.visible_to(dora)],
            "shares": [self.of_share(share, names) for share in PlanShare.objects.visible_to(dora)],
            "access": list(
                Access.objects.filter(organisation=dora.organisation_id).values_list("level", "source")
            ),
            "record": self.timeline(Aggregate.PLAN, self.plan.pk),
            "record of the CAR": self.timeline(Aggregate.FINDING, self.story.finding.pk),
            "mails": [self.mail(each) for each in self.mails()],
        }
        text = json.dumps(got, default=str, sort_keys=True, indent=1)
        for number, (pk, name) in enumerate(names.items()):
            text = text.replace(str(pk), f"{name} {number}")
        return text.encode()

    def car(self, finding: Finding, actor: Actor) -> Any:
        actions = [
            (str(each.label), str(each.reason), each.url, each.primary, each.rank)
            for each in [*plan_actions(finding, actor), *call_actions(finding, actor)]
        ]
        return (finding.reference, finding.status, finding.in_progress_at, actions)

    def published(self, plan: ActionPlan) -> Any:
        assert plan.published is not None
        audience = as_reader(plan, self.story.dora.organisation_id)
        return (plan.pk, plan.published_at, render(plan.published, audience, "en-gb"))

    def of_share(self, share: PlanShare, names: dict[UUID, str]) -> Any:
        names[share.pk] = "share"
        sendings: list[Any] = []
        for sent in share.sent.select_related("revision"):
            names[sent.pk] = "sending"
            replies = list(Reply.objects.filter(sent=sent).values_list("kind", "comment", "replied_at"))
            sendings.append((sent.pk, sent.sent_at, render(sent.revision, as_party(sent), "en-gb"), replies))
            changed = changed_since_answer(share, sent)
            sendings.append((sent.sent_at, changed and changed.sent_at))
        history = [sent.pk for sent in sendings_to(share, self.story.dora)]
        offered = [str(kind) for kind in replies_open_to(share)]
        for call in (calls := calls_on(share, self.story.dora))["all"]:
            names[call.call.pk] = "call"
        sendings.append([self.of_call(each) for each in calls["all"]])
        return (share.pk, share.status, share.created_at, share.updated_at, offered, sendings, history)

    def of_call(self, each: Arranged) -> Any:
        call = each.call
        said = (
            call.status,
            call.about,
            each.when,
            [slot["when"] for slot in each.slots],
            call.readable_where,
        )
        may = (each.may_answer, each.may_move, each.may_cancel)
        return (call.pk, said, may, file_of(call) if call.is_agreed else "")

    def timeline(self, aggregate: Aggregate, pk: UUID) -> Any:
        entries = timeline(
            aggregate=aggregate,
            aggregate_id=pk,
            reader=Reader.PARTY,
            party_id=self.story.customer.pk,
        )
        return [(each.at, each.who, each.sentence, each.kind) for each in entries]

    def mails(self) -> list[Notification]:
        own = Notification.objects.filter(recipient__memberships__organisation=self.story.customer)
        return list(own.order_by("created_at", "kind"))

    def mail(self, notification: Notification) -> Any:
        kind = notification_kind(notification.kind)
        message = kind.render(notification)
        return (notification.kind, kind.still_due(notification), message)


acts = st.lists(st.lists(st.sampled_from(ACTS), max_size=3), max_size=10)


def told(story: Story, plan: ActionPlan, script: list[list[str]], *, is_reader: bool) -> bytes:
    """What the customer gets in that world, which is then taken back."""
    clock = Clock()
    with undone(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", clock)
        return World(story, plan, clock, is_reader=is_reader).tell(script)


@pytest.fixture
def alone(story: Story, plan: ActionPlan) -> dict[bool, bytes]:
    """What it gets where nothing happens with the other, as a reader of published plans or not."""
    return {is_reader: told(story, plan, [], is_reader=is_reader) for is_reader in (False, True)}


@settings(
    max_examples=settings().max_examples // 12, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts, st.booleans())
def test_what_a_customer_gets_is_the_same_whatever_happens_with_another(
    story: Story, plan: ActionPlan, alone: dict[bool, bytes], acts: list[list[str]], is_reader: bool
):
    assert told(story, plan, acts, is_reader=is_reader) == alone[is_reader]


def test_much_happening_with_another_at_every_step_shows_nothing(
    story: Story, plan: ActionPlan, alone: dict[bool, bytes]
):
    much = ["share", "want changes", "share a text of its own", "read what is published", "confirm"]
    much += ["agree on a call", "be redacted"]
    script = [much] * 5 + [["withdraw", "ask something else"]] * 3 + [["inform", "be redacted", "leave"]]
    for is_reader, got in alone.items():
        assert told(story, plan, script, is_reader=is_reader) == got


def test_what_a_customer_gets_is_its_own_and_nothing_of_the_other(alone: dict[bool, bytes], story: Story):
    """So that the comparison above compares something."""
    own = (
        "We heard you.",
        "Agreed on a call",
        "call_agreed",
        "BEGIN:VEVENT",
        "By June, please.",
        "Second.",
        "Published the action plan",
        "newer_revision",
    )
    for is_reader, got in alone.items():
        assert [each for each in own if each.encode() not in got] == []
        assert (b"published its action plan" in got) is is_reader
        for secret in (story.other.name, "secret", "Between us"):
            assert secret.encode() not in got


def test_what_happens_with_another_does_happen(story: Story, plan: ActionPlan):
    clock = Clock()
    with undone(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", clock)
        world = World(story, plan, clock, is_reader=False)
        world.tell([["share"], ["want changes"], ["share a text of its own"], ["confirm"], ["leave"]])
        share = PlanShare.objects.get(organisation=story.other)
        assert share.status == "withdrawn"
        assert [each.revision.number for each in share.sent.all()] == [3, 1]
        assert Reply.objects.filter(sent__share=share).count() == 2
