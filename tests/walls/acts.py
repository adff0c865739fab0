"""What the site and two customers may do about one plan, in any order; whatever cannot be done then is refused.

What a side does on a share depends on the history of that share alone: an answer has what it answers made first.
"""

from datetime import timedelta
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone

from actionplans.calls.offers import Offer, Subject
from actionplans.calls.services import (
    AgreedAction,
    agree_call,
    cancel_call,
    decline_call,
    hold_call,
    offer_other_times,
    propose_call,
    take_action,
)
from actionplans.models import (
    ActionPlan,
    Call,
    CallAction,
    Comment,
    Duty,
    DutyReport,
    Nudge,
    PlanShare,
    ShownTo,
    Whom,
)
from actionplans.nudges.services import remove_nudge
from actionplans.plans.services import note_uploaded, publish_plan, redact_words
from actionplans.sharing.services import reply, withdraw_share
from actionplans.updates.services import (
    Terms,
    accept_proposal,
    decline_proposal,
    end_agreement,
    propose_updates,
    remind_of_reply,
)
from carportal.core.actor import Actor
from carportal.core.errors import Conflict
from findings.models import Escalation
from stakeholders.models import Organisation, TradingRelationship, Visibility
from stakeholders.reminding import sweep
from stakeholders.services import add_relationship, change_visibility, end_relationship
from tests.actionplans.agreeing import post
from tests.actionplans.making import CALL, CONFIRM, INFORM, add_file, add_row, share_with, write
from tests.actionplans.nudging import nudge
from tests.actionplans.taking_on import accept, decline, give_action, report, take
from tests.actionplans.talking import answer, id_of, note, resolve, say
from tests.findings.escalating import acknowledge, call_off, escalate, take_over, tell

Row = TypeVar("Row", bound=Model)


def first(rows: QuerySet[Row]) -> Row:
    row = rows.first()
    if row is None:
        raise Conflict("There is nothing to do that with.")
    return row


class Alone:
    """What the site does by itself, or with everybody who reads the plan."""

    def __init__(self, plan: ActionPlan, site: Actor) -> None:
        self.plan, self.site = plan, site

    @property
    def _escalation(self) -> Escalation:
        return first(self.plan.finding.escalations.filter(status="open"))

    def rest(self) -> None:
        """The simplest day: what a history that fails is reduced to."""

    def write(self) -> None:
        write(self.plan, self.site, actions=f"Repay the fees, as planned on {timezone.localdate()}.")

    def add_an_action(self) -> None:
        add_row(self.plan, self.site, "actions", what="Ask every new worker.", ends="2027-Q2")

    def publish(self) -> None:
        publish_plan(plan_id=self.plan.pk, actor=self.site)

    def note_upload(self) -> None:
        note_uploaded(plan_id=self.plan.pk, actor=self.site, on=timezone.localdate())

    def note(self) -> None:
        note(self.plan, self.site, "Price the fees in.")

    def set_reminder(self) -> None:
        day = timezone.localdate() + timedelta(days=2)
        nudge(self.plan.finding, self.site, "Price the fees in.", day=day, whom=Whom.WRITERS)

    def show_file_to_all(self) -> None:
        add_file(self.plan, self.site, "Receipts.txt", shown_to=ShownTo.READERS)

    def keep_file(self) -> None:
        add_file(self.plan, self.site, "Our own.txt")

    def update_all(self) -> None:
        shares = list(PlanShare.objects.live().filter(plan=self.plan).order_by("created_at"))
        if shares:
            post(shares[0], self.site, *shares[1:], text="Half is repaid.", files={"Half.txt": b"Half."})

    def escalate(self) -> None:
        escalate(self.plan.finding, self.site)

    def call_off_escalation(self) -> None:
        call_off(self._escalation, self.site)

    def record_taken_over(self) -> None:
        take_over(self._escalation, self.site)

    def remind(self) -> None:
        """The clock does, of what is due."""
        sweep(timezone.localdate())


class Side:
    """What either side of a share may do; every text of it has the customer's own `word`."""

    of: str  # what its rows say of whose they are
    other: "Side"  # on the same share

    def __init__(self, plan: ActionPlan, actor: Actor, customer: Organisation, word: str) -> None:
        self.plan, self.actor, self.customer, self.word = plan, actor, customer, word

    def _text(self, text: str) -> str:
        return f"{text} {self.word} {timezone.localdate()}"

    @property
    def _share(self) -> PlanShare:
        return first(PlanShare.objects.live().filter(plan=self.plan, organisation=self.customer))

    def _offer(self) -> Offer:
        """The same times whomever they are offered to."""
        noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
        return Offer(
            [noon + timedelta(days=3), noon + timedelta(days=4)], 60, f"https://{self.word}.example".lower()
        )

    def _call(self, *statuses: str) -> Call:
        return first(Call.objects.filter(share=self._share, status__in=statuses))

    def _call_of_other(self) -> Call:
        waiting = Call.objects.filter(share=self._share, status="proposed").first()
        if waiting is None or waiting.by_side == self.of:
            self.other.propose_call()
        return self._call("proposed")

    # --- Calls ----------------------------------------------------------------------------------------

    def propose_call(self) -> None:
        propose_call(
            share_id=self._share.pk,
            actor=self.actor,
            subject=Subject("other", self._text("What becomes of it")),
            offer=self._offer(),
        )

    def offer_other_times(self) -> None:
        call = self._call("proposed", "agreed")
        offer_other_times(call_id=call.pk, actor=self.actor, seen=call.turn, offer=self._offer())

    def pick_a_time(self) -> None:
        call = self._call_of_other()
        slot = first(call.slots.filter(turn=call.turn))
        agree_call(call_id=call.pk, actor=self.actor, slot_id=slot.pk)

    def decline_call(self) -> None:
        call = self._call_of_other()
        decline_call(call_id=call.pk, actor=self.actor, seen=call.turn, reason=self._text("No time."))

    def cancel_call(self) -> None:
        call = self._call("proposed", "agreed")
        cancel_call(call_id=call.pk, actor=self.actor, seen=call.turn, reason=self._text("Ill."))

    def hold_call(self) -> None:
        call = first(
            Call.objects.filter(share=self._share, status="agreed", starts_at__lt=timezone.now()).order_by(
                "starts_at"
            )
        )
        agreed = AgreedAction(self._text("Pay more."), "party", "2027")
        hold_call(
            call_id=call.pk,
            actor=self.actor,
            seen=call.turn,
            text=self._text("We agreed."),
            actions=[agreed],
        )

    # --- Comments -------------------------------------------------------------------------------------

    def say(self) -> None:
        say(self._share, self.actor, self._text("Who pays?"), section="actions")

    def answer(self) -> None:
        said = first(Comment.objects.filter(sent__share=self._share, answer_to=None))
        answer(said, self.actor, self._text("We do."), mentions=[id_of(self.other.actor)])

    def resolve(self) -> None:
        said = first(Comment.objects.filter(sent__share=self._share, answer_to=None, status="open"))
        resolve(said, self.actor)

    # --- Updates --------------------------------------------------------------------------------------

    def propose_updates(self) -> None:
        terms = Terms(1, timezone.localdate() + timedelta(days=2))
        propose_updates(share_ids=[self._share.pk], actor=self.actor, terms=terms)

    def agree_on_updates(self) -> None:
        self.other.propose_updates()
        proposal = first(self._share.update_proposals.filter(status="proposed"))
        accept_proposal(proposal_id=proposal.pk, actor=self.actor)

    def decline_updates(self) -> None:
        self.other.propose_updates()
        proposal = first(self._share.update_proposals.filter(status="proposed"))
        decline_proposal(proposal_id=proposal.pk, actor=self.actor)

    def end_updates(self) -> None:
        agreement = getattr(self._share, "agreement", None)
        if agreement is not None:
            seen = Terms(agreement.months, agreement.first_due)
            end_agreement(share_id=agreement.share_id, actor=self.actor, seen=seen)


class SiteWith(Side):
    """What the site does with one customer alone."""

    of = "site"

    def trade(self) -> None:
        add_relationship(
            actor=self.actor,
            site_id=self.plan.finding.site_id,
            customer_reference=self.customer.reference,
        )

    def part(self) -> None:
        end_relationship(actor=self.actor, relationship_id=self._relationship.pk)

    @property
    def _relationship(self) -> TradingRelationship:
        return first(TradingRelationship.objects.current().filter(customer=self.customer))

    def _let_see(self, visibility: Visibility) -> None:
        change_visibility(actor=self.actor, relationship_id=self._relationship.pk, visibility=visibility)

    def let_see_what_is_published(self) -> None:
        self._let_see(Visibility.PUBLISHED_PLANS)

    def let_see_cars(self) -> None:
        self._let_see(Visibility.CAR_LIST)

    def let_see_shares_only(self) -> None:
        self._let_see(Visibility.SHARES_ONLY)

    def share(self) -> None:
        share_with(self.plan, self.actor, self.customer, asks=CONFIRM, note=self._text("For you."))

    def share_text_of_its_own(self) -> None:
        before = self.plan.draft_fields.get(name="actions").value
        write(self.plan, self.actor, actions=self._text("Between us."))
        try:
            self.share()
        finally:
            write(self.plan, self.actor, actions=before)

    def ask_for_call(self) -> None:
        share_with(self.plan, self.actor, self.customer, asks=CALL)

    def inform(self) -> None:
        share_with(self.plan, self.actor, self.customer, asks=INFORM)

    def remind_of_reply(self) -> None:
        remind_of_reply(share_id=self._share.pk, actor=self.actor)

    def withdraw(self) -> None:
        withdraw_share(share_id=self._share.pk, actor=self.actor)

    def give_action(self) -> None:
        give_action(self.plan, self.actor, self.customer, self._text("Pay a third."), ends="2026-06")

    def show_file(self) -> None:
        name = self._text("Letter") + ".txt"
        add_file(self.plan, self.actor, name, self.word.encode(), party=self.customer)

    def update(self) -> None:
        files = {self._text("Paid") + ".txt": self.word.encode()}
        post(self._share, self.actor, text=self._text("Six are paid."), files=files)

    def take_report(self) -> None:
        take(first(DutyReport.objects.filter(duty__share=self._share, taken_at=None)), self.actor)

    def take_agreed_action(self) -> None:
        agreed = CallAction.objects.filter(call__share=self._share, row_id=None)
        take_action(action_id=first(agreed).pk, actor=self.actor)

    def redact(self) -> None:
        redact_words(plan_id=self.plan.pk, actor=self.actor, words=self.word, reason="It names workers.")

    def tell_of_escalation(self) -> None:
        tell(first(self.plan.finding.escalations.filter(status="open")), self.actor, self.customer)


class CustomerWith(Side):
    """What one customer does."""

    of = "party"

    def _reply(self, kind: str) -> None:
        share = self._share
        sent = first(share.sent.all())
        reply(
            share_id=share.pk, actor=self.actor, sent_id=sent.pk, kind=kind, comment=self._text("We read it.")
        )

    def acknowledge(self) -> None:
        self._reply("acknowledged")

    def confirm(self) -> None:
        self._reply("confirmed")

    def want_changes(self) -> None:
        self._reply("changes_requested")

    def note(self) -> None:
        note(self.plan, self.actor, self._text("Ask the board."))

    def set_reminder(self) -> None:
        day = timezone.localdate() + timedelta(days=2)
        nudge(self.plan.finding, self.actor, self._text("Ask the board."), day=day, whom=Whom.WRITERS)

    def remove_reminder(self) -> None:
        remove_nudge(nudge_id=first(Nudge.objects.filter(organisation=self.customer)).pk, actor=self.actor)

    @property
    def _duty(self) -> Duty:
        return first(Duty.objects.filter(share=self._share).exclude(status="ended"))

    def accept_action(self) -> None:
        accept(self._duty, self.actor)

    def decline_action(self) -> None:
        decline(self._duty, self.actor, self._text("Not ours."))

    def report(self) -> None:
        files = {self._text("Weeks") + ".txt": self.word.encode()}
        report(self._duty, self.actor, text=self._text("Two weeks are paid."), files=files)

    @property
    def _escalation(self) -> Escalation:
        return first(Escalation.objects.filter(finding=self.plan.finding_id, status="open"))

    def acknowledge_escalation(self) -> None:
        acknowledge(self._escalation, self.actor)

    def record_taken_over(self) -> None:
        take_over(self._escalation, self.actor)
