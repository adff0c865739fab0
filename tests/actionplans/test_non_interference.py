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
from actionplans.calls.offers import Offer
from actionplans.calls.offers import Subject as About
from actionplans.calls.services import cancel_call, propose_call
from actionplans.duty_actions import duty_actions
from actionplans.history import changed_since_answer, sendings_to
from actionplans.models import (
    WHOLE_PLAN,
    ActionPlan,
    Call,
    Comment,
    Duty,
    EvidenceFile,
    PlanShare,
    Reply,
    ShownTo,
    Subject,
    SubjectKind,
    Update,
)
from actionplans.owning import Owned, duties_on
from actionplans.plans.services import note_uploaded, publish_plan, redact_words
from actionplans.sharing.audiences import as_party, as_reader
from actionplans.sharing.policy import replies_open_to
from actionplans.sharing.services import reply, withdraw_share
from actionplans.threads.people import mentionable
from actionplans.threads.reading import notes_about, thread_on
from actionplans.waiting import waiting_on
from carportal.core.actor import Actor
from carportal.core.audit import Aggregate, Reader, timeline
from carportal.core.errors import DomainError
from carportal.core.models import Notification
from carportal.core.notifications import notification_kind
from carportal.core.together import fetched
from findings.models import Access, Finding
from stakeholders.models import TradingRelationship, Visibility
from stakeholders.services import change_visibility, end_relationship
from tests.actionplans.agreeing import post
from tests.actionplans.arranging import LINK, pick, propose
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    CALL,
    CONFIRM,
    INFORM,
    add_file,
    add_party,
    add_row,
    share_with,
    undone,
    write,
)
from tests.actionplans.taking_on import accept, decline, duty_of, give_action, report, take
from tests.actionplans.talking import answer, id_of, note, resolve, say
from tests.factories import make_actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder")]

START = datetime(2026, 6, 1, 9, tzinfo=UTC)
TIMES = [START + timedelta(days=day) for day in (8, 9)]
FEES = About("call_on_root_cause")

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
    "talk",
    "be redacted",
    "get a file",
    "get a file about an action of its own",
    "get an update with a file",
    "take its action on",
    "decline its action",
    "report on its action",
    "be given another action",
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
            self.give_customer_files,
            lambda: self.publish("First."),
            self.talk,
            lambda: self.answer("changes_requested", "By June, please."),
            lambda: self.take_on(report_too=False),
            lambda: self.share_with_customer("Second.", CALL, "We heard you."),
            lambda: self.take_on(report_too=True),
            self.ask_for_call,
            self.pick_a_time,
            lambda: self.answer("confirmed"),
            lambda: self.publish("Second."),
            lambda: note_uploaded(plan_id=self.plan.pk, actor=self.story.bob, on=START.date()),
        ]
        self.write_actions()
        for number, step in enumerate(steps):
            for act in acts[number] if number < len(acts) else []:
                self.act(act)
            self.clock.strike(number + 1)
            step()
        for act in acts[len(steps)] if len(acts) > len(steps) else []:
            self.act(act)
        return self.everything()

    # --- What the site and the customer do, the same in every world ------------------------------------

    def write_actions(self) -> None:
        """One for everybody, and one that is each customer's own."""
        self.action = add_row(self.plan, self.story.alice, "actions", what="Repay the fees.")
        self.customers_action = give_action(self.plan, self.story.alice, self.story.customer)
        self.theirs = add_party(self.plan, self.story.alice, self.story.other)
        self.own_action = add_row(
            self.plan, self.story.alice, "actions", what="Pay a secret premium.", owner=str(self.theirs)
        )

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

    def give_customer_files(self) -> None:
        assert self.share is not None
        subject = Subject(SubjectKind.ACTION, self.action)
        add_file(self.plan, self.story.alice, "For all.txt", subject=subject, shown_to=ShownTo.READERS)
        post(self.share, self.story.alice, text="Half is repaid.", files={"Paid.txt": b"Forty."})

    def answer(self, kind: str, comment: str = "") -> None:
        assert self.share is not None
        sent = self.share.sent.first()
        assert sent is not None
        reply(share_id=self.share.pk, actor=self.story.dora, sent_id=sent.pk, kind=kind, comment=comment)

    def talk(self) -> None:
        """Both sides, in their thread; and what each notes."""
        assert self.share is not None
        said = say(self.share, self.story.dora, "Who pays?", section="actions")
        answer(said, self.story.alice, "We do.", mentions=[id_of(self.story.dora)])
        resolve(say(self.share, self.story.alice, "The date is wrong.", section="date"), self.story.dora)
        note(self.plan, self.story.dora, "Ask the board.")

    def take_on(self, *, report_too: bool) -> None:
        """The customer's own action, which it declines first; it waits for an answer to what the site changed since."""
        assert self.share is not None
        duty = duty_of(self.share, self.customers_action)
        if not report_too:
            decline(duty, self.story.dora, "Half is enough.")
            write(
                self.plan, self.story.alice, **{f"{self.customers_action}.what": "Pay a sixth of the fees."}
            )
            return
        accept(duty, self.story.dora)
        take(
            report(duty, self.story.dora, text="A sixth is paid.", files={"Sixth.txt": b"6."}), self.story.bob
        )

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
                "talk": self.talk_with_other,
                "withdraw": self.withdraw_from_other,
                "read what is published": self.let_other_read,
                "be redacted": self.redact_of_other,
                "get a file": self.give_other_a_file,
                "get a file about an action of its own": self.give_other_a_file_of_its_action,
                "get an update with a file": self.post_to_other,
                "take its action on": lambda: self.others_duty(lambda duty: accept(duty, self.others)),
                "decline its action": lambda: self.others_duty(
                    lambda duty: decline(duty, self.others, "Their secret.")
                ),
                "report on its action": lambda: self.others_duty(self.report_of_other),
                "be given another action": self.give_other_an_action,
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

    def talk_with_other(self) -> None:
        if share := self.others_share():
            said = say(share, self.others, "Between us: a secret.", section="actions")
            answer(said, self.story.bob, "A secret indeed.", mentions=[id_of(self.others)])
            resolve(say(share, self.story.bob, "Another secret."), self.others)
            note(self.plan, self.others, "Their secret.")
            note(self.plan, self.story.bob, "The site's secret.")

    def others_duty(self, act: Callable[[Duty], object]) -> None:
        share = self.others_share()
        duty = share.duties.exclude(status="ended").first() if share else None
        if duty is not None:
            act(duty)

    def report_of_other(self, duty: Duty) -> None:
        kept = report(duty, self.others, text="A secret of theirs.", files={"Secret.txt": b"x" * 1000})
        take(kept, self.story.bob)

    def give_other_an_action(self) -> None:
        give_action(self.plan, self.story.bob, self.story.other, "Pay a secret bonus.")

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

    def give_other_a_file(self) -> None:
        for subject in (WHOLE_PLAN, Subject(SubjectKind.ACTION, self.action)):
            add_file(self.plan, self.story.bob, "Their secret.txt", subject=subject, party=self.story.other)

    def give_other_a_file_of_its_action(self) -> None:
        """For everyone who sees the action, which is nobody else."""
        subject = Subject(SubjectKind.ACTION, self.own_action)
        add_file(self.plan, self.story.bob, "Secret premium.txt", subject=subject, shown_to=ShownTo.READERS)

    def post_to_other(self) -> None:
        if share := self.others_share():
            post(share, self.story.bob, text="A secret of theirs.", files={"Secret receipts.txt": b"Four."})

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
        own_rows = self.plan.draft_rows.filter(cells__organisation=str(dora.organisation_id))
        names: dict[UUID, str] = {row.row_id: "row" for row in own_rows}
        got = {
            "cars": [self.car(finding, dora) for finding in Finding.objects.visible_to(dora)],
            "plans": [self.published(plan) for plan in ActionPlan.objects.visible_to(dora)],
            "shares": [self.of_share(share, names) for share in PlanShare.objects.visible_to(dora)],
            "updates": list(Update.objects.visible_to(dora).values_list("text", "posted_at")),
            "files": [self.file(each, names) for each in EvidenceFile.objects.visible_to(dora)],
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
        actions: list[Any] = [
            (str(each.label), str(each.reason), each.url, each.primary, each.rank)
            for each in (
                *fetched(plan_actions(finding, actor)),
                *duty_actions(finding, actor),
                *call_actions(finding, actor),
            )
        ]
        waits = waiting_on(actor, [finding.pk], START.date()).get(finding.pk, [])
        actions += [(each.sentence, each.waits) for each in waits]
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
        talk = self.thread(share, names)
        for call in (calls := calls_on(share, self.story.dora))["all"]:
            names[call.call.pk] = "call"
        sendings.append([self.of_call(each) for each in calls["all"]])
        for owned in (duties := duties_on(share, self.story.dora)):
            names[owned.duty.pk] = "duty"
        sendings.append([self.of_duty(each, names) for each in duties])
        return (share.pk, share.status, share.created_at, share.updated_at, offered, sendings, history, talk)

    def thread(self, share: PlanShare, names: dict[UUID, str]) -> Any:
        """What is said there and what is open, whom one may mention, and one's own notes."""
        dora = self.story.dora
        shown = thread_on(share, dora, at=self.clock.now)
        for comment in Comment.objects.visible_to(dora).order_by("written_at"):
            names[comment.pk] = "comment"
        said = [
            (each.comment.pk, each.comment.written_at, each.comment.text, each.comment.status, each.mentioned)
            for section in shown.sections
            for root in section.comments
            for each in (root, *root.answers)
        ]
        known = [each.user.email for each in mentionable(dora.organisation_id, share, by=dora.user_id)]
        notes = [(each.text, each.written_at) for each in notes_about(self.plan, dora)]
        return (said, {name: at.count for name, at in shown.open_at.items()}, known, notes)

    def file(self, file: EvidenceFile, names: dict[UUID, str]) -> Any:
        names[file.pk] = "file"
        return (file.pk, file.name, file.subject_kind, file.shown_to)

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

    def of_duty(self, each: Owned, names: dict[UUID, str]) -> Any:
        reports = []
        for kept in each.reports:
            names[kept.pk] = "report"
            reports.append((kept.pk, kept.state, kept.text, kept.reported_at, kept.taken_at is None))
        answers = [(answer.kind, answer.reason, answer.answered_at) for answer in each.answers]
        duty = each.duty
        may = (each.may_accept, each.may_decline, each.may_report, each.may_take)
        return (duty.pk, duty.status, duty.turn, duty.changed_at, each.what, each.span, answers, reports, may)

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
    max_examples=settings().max_examples // 16, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts, st.booleans())
def test_what_a_customer_gets_is_the_same_whatever_happens_with_another(
    story: Story, plan: ActionPlan, alone: dict[bool, bytes], acts: list[list[str]], is_reader: bool
):
    assert told(story, plan, acts, is_reader=is_reader) == alone[is_reader]


def test_much_happening_with_another_at_every_step_shows_nothing(
    story: Story, plan: ActionPlan, alone: dict[bool, bytes]
):
    much = ["share", "want changes", "talk", "share a text of its own", "read what is published", "confirm"]
    much += ["agree on a call", "be redacted"]
    script = [much] * 5 + [["withdraw", "ask something else"]] * 3 + [["inform", "be redacted", "leave"]]
    for is_reader, got in alone.items():
        assert told(story, plan, script, is_reader=is_reader) == got


def test_what_a_customer_gets_is_its_own_and_nothing_of_the_other(alone: dict[bool, bytes], story: Story):
    """So that the comparison above compares something."""
    own = (
        "For all.txt",
        "Paid.txt",
        "Half is repaid.",
        "We heard you.",
        "Agreed on a call",
        "call_agreed",
        "BEGIN:VEVENT",
        "By June, please.",
        "Half is enough.",
        "A sixth is paid.",
        "Sixth.txt",
        "to take on actions of the plan",
        "Second.",
        "Published the action plan",
        "newer_revision",
        "Who pays?",
        "Ask the board.",
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
