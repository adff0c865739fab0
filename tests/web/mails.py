"""One site, its plans, its parties and the operator: what they do owes every kind of mail, each seen as it is sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from actionplans.calls.offers import Offer, Subject
from actionplans.calls.reminding import remind_of_calls
from actionplans.calls.services import cancel_call, decline_call, propose_call
from actionplans.guests.secrets import code_digits
from actionplans.guests.services import ask_for_code, enter_code
from actionplans.models import Call, Duty, PlanShare, Whom
from actionplans.plans.services import publish_plan
from actionplans.sharing.services import reply, withdraw_share
from actionplans.updates.services import Terms, accept_proposal, decline_proposal
from carportal.core.actor import Role
from carportal.core.bounces.models import Source, Trouble
from carportal.core.bounces.services import note_trouble
from carportal.core.models import Notification
from carportal.core.notifications import Message, leading_to, notification_kind
from findings.filters import Filters, Viewpoint
from findings.models import FileFormat
from findings.services import request_support
from findings.services.files import ask_for_file, claim_file, note_written
from stakeholders.models import Visibility
from stakeholders.notifications import owe_password_reset
from stakeholders.reminding import sweep
from stakeholders.services import add_relationship, invite
from tests.actionplans.agreeing import end as end_updates
from tests.actionplans.agreeing import post, propose
from tests.actionplans.arranging import hold, offer_others, pick
from tests.actionplans.guesting import GRACE, link_of, make_party, share_with_party
from tests.actionplans.making import CALL, CONFIRM, make_plan, share_with
from tests.actionplans.nudging import nudge
from tests.actionplans.supporting import end as end_support
from tests.actionplans.supporting import grant
from tests.actionplans.taking_on import accept, decline, give_action, report
from tests.actionplans.talking import answer, id_of, say
from tests.factories import make_site
from tests.findings.escalating import acknowledge, call_off, escalate, take_over
from tests.findings.scene import audits_of
from tests.personas import Persona, Personas

SITE = "Green Valley Packhouse"
NOTE = "We would like to begin in May.\n\nIs that <all right> with you?"
BY_JUNE = date(2027, 6, 30)
IN_SPRING = Terms(3, date(2027, 5, 31))
FEES = Subject("call_on_root_cause")
LANGUAGES = ("en-gb", "de")  # the second has words of Django's own alone, such as months


@dataclass(frozen=True)
class Seen:
    """A mail as its reader gets it, and as it would be in another language."""

    kind: str
    reader: str  # the address
    message: Message
    foreign: Message


class Mails:
    """`seen` has what was owed with each step, rendered before the next; nothing is sent."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch = patch
        self.personas = Personas()
        self.seen: list[Seen] = []
        self._known = set[UUID]()
        for step in self._steps():
            self._look(step)

    def _look(self, step: str) -> None:
        owed = list(Notification.objects.exclude(pk__in=self._known).select_related("recipient"))
        self._known |= {each.pk for each in owed}
        due = [each for each in owed if notification_kind(each.kind).still_due(each)]
        assert due, f"{step}: nobody is told of it"
        for each in due:
            messages = []
            for language in LANGUAGES:
                with translation.override(language), leading_to(self._choices_of(each)):
                    messages.append(notification_kind(each.kind).render(each))
            self.seen.append(Seen(each.kind, each.address, *messages))

    @staticmethod
    def _choices_of(notification: Notification) -> str:
        chosen = notification_kind(notification.kind).group.is_chosen
        return f"{settings.SITE_URL}/mails/" if chosen else ""

    def _let_it_be(self, now: datetime) -> None:
        self.patch.setattr(timezone, "now", lambda: now)

    def _share(self, party: Persona, asks: dict[str, bool] = CONFIRM, note: str = "") -> PlanShare:
        return share_with(self.plan, self.site, party.organisation, asks=asks, note=note)

    # --- What happens -------------------------------------------------------------------------------

    def _steps(self) -> Iterator[str]:
        yield from self._audit()
        yield from self._share_the_plan()
        yield from self._talk()
        yield from self._take_on_actions()
        yield from self._agree_on_updates()
        yield from self._remind_oneself()
        yield from self._arrange_calls()
        yield from self._escalate()
        yield from self._get_support()
        yield from self._let_people_in()
        yield from self._save_a_list()

    def _audit(self) -> Iterator[str]:
        cast = self.personas
        self.site, self.manager = cast.site.actor, cast.site_manager.actor
        self.packhouse = make_site(cast.site.organisation, name=SITE)
        for each in (cast.customer, cast.customer2):
            add_relationship(
                actor=self.manager,
                site_id=self.packhouse.pk,
                customer_reference=each.organisation.reference,
                visibility=Visibility.PUBLISHED_PLANS,
            )
        audits = audits_of(cast, self.packhouse)
        audit = audits.hold(date(2026, 3, 2), "1A.B Workers paid fees to be recruited", "5A.B Wages are low")
        self.car, self.other = audits.car(audit, "1A.B"), audits.car(audit, "5A.B")
        yield "an audit"
        request_support(finding_id=self.other.pk, actor=self.site)
        yield "a wish for support"

    def _share_the_plan(self) -> Iterator[str]:
        cast = self.personas
        self.plan = make_plan(self.car, self.site)
        for what in ("Pay a third of the fees.", "Order six months ahead."):
            give_action(self.plan, self.site, cast.customer.organisation, what, ends="2027-06")
        give_action(self.plan, self.site, cast.customer2.organisation, "Pay a twentieth more.")
        self.share = self._share(cast.customer, note=NOTE)
        self.share_of_ngo = self._share(cast.ngo)
        self.share_of_second = self._share(cast.customer2, CALL)
        yield "a plan that is shared"
        self._reply("acknowledged")
        yield "a reply"
        self._reply("changes_requested", "Pay them back by June.")
        yield "a wish for changes"
        share_with(self.plan, self.site, cast.customer.organisation, asks=CALL, note=NOTE)
        yield "a newer version"
        sweep(timezone.localdate() + timedelta(days=14))
        yield "a reply that is awaited"
        publish_plan(plan_id=self.plan.pk, actor=self.site)
        yield "a plan that is published"

    def _reply(self, kind: str, comment: str = "") -> None:
        sent = self.share.sent.latest("sent_at")
        customer = self.personas.customer.actor
        reply(share_id=self.share.pk, actor=customer, sent_id=sent.pk, kind=kind, comment=comment)

    def _talk(self) -> Iterator[str]:
        customer = self.personas.customer.actor
        said = say(self.share, customer)
        yield "a comment"
        answer(said, self.site, mentions=[id_of(customer)])
        yield "an answer that mentions somebody"

    def _take_on_actions(self) -> Iterator[str]:
        customer = self.personas.customer.actor
        first, second = Duty.objects.filter(share=self.share).order_by("pk")
        accept(first, customer)
        yield "an action that is taken on"
        sweep(BY_JUNE)
        yield "an action that is due"
        report(first, customer)
        yield "a report"
        decline(second, customer)
        yield "an action that is declined"

    def _agree_on_updates(self) -> Iterator[str]:
        customer = self.personas.customer.actor
        proposal = propose(self.share, self.site, IN_SPRING)
        yield "a proposal of the site's"
        decline_proposal(proposal_id=proposal.pk, actor=customer)
        yield "an answer to it"
        proposal = propose(self.share, customer, IN_SPRING)
        yield "a proposal of the customer's"
        accept_proposal(proposal_id=proposal.pk, actor=self.site)
        yield "an agreement"
        post(self.share, self.site)
        yield "an update"
        for days in (-14, 0, 7, 35):
            sweep(IN_SPRING.first_due + timedelta(days=days))
            yield f"an update that is due, {days} days after its date"
        end_updates(self.share, customer, IN_SPRING)
        yield "the end of an agreement"

    def _remind_oneself(self) -> Iterator[str]:
        tomorrow = timezone.localdate() + timedelta(days=1)
        for whom in (Whom.SELF, Whom.WRITERS):
            nudge(self.car, self.site, day=tomorrow, whom=whom)
        sweep(tomorrow + timedelta(days=1))
        yield "what somebody wanted to be reminded of"

    def _arrange_calls(self) -> Iterator[str]:
        customer = self.personas.customer.actor
        now = timezone.now()
        first, second = (now.replace(microsecond=0) + timedelta(days=days) for days in (8, 9))
        declined = self._propose(self.share, first)
        yield "a call of the site's"
        decline_call(call_id=declined.pk, actor=customer, seen=declined.turn, reason="No time.")
        yield "a call that is declined"
        call = propose_call(
            share_id=self.share.pk, actor=customer, subject=FEES, offer=Offer([first, second], 60, "020 1234")
        )
        yield "a call of the customer's"
        pick(call, self.site, first)
        yield "a call that is agreed"
        remind_of_calls(first - timedelta(hours=20))
        yield "a call that is a day away"
        offer_others(call, customer, second)
        yield "a call that is moved"
        pick(call, self.site, second)
        yield "a call that is agreed anew"
        self._let_it_be(second + timedelta(hours=2))
        hold(Call.objects.get(pk=call.pk), self.site)
        yield "minutes"
        self.patch.undo()
        yield from self._cancel_calls(first)

    def _cancel_calls(self, at: datetime) -> Iterator[str]:
        """One by its site, one because it no longer shares the plan."""
        for share, party in (
            (self.share, self.personas.customer),
            (self.share_of_second, self.personas.customer2),
        ):
            pick(self._propose(share, at), party.actor, at)
            yield "one more call that is agreed"
        call = Call.objects.get(share=self.share, status="agreed")
        cancel_call(call_id=call.pk, actor=self.site, seen=call.turn, reason="Ill.")
        yield "a call that is cancelled"
        withdraw_share(share_id=self.share_of_second.pk, actor=self.site)
        yield "a share that is withdrawn"

    def _propose(self, share: PlanShare, at: datetime) -> Call:
        offer = Offer([at], 60, "https://meet.example")
        return propose_call(share_id=share.pk, actor=self.site, subject=FEES, offer=offer)

    def _escalate(self) -> Iterator[str]:
        customer = self.personas.customer
        first = escalate(self.other, self.site, customer.organisation)
        yield "an escalation"
        acknowledge(first, customer.actor)
        yield "somebody who knows"
        call_off(first, self.site)
        yield "an escalation that is called off"
        second = escalate(self.other, self.site, customer.organisation)
        yield "another escalation"
        take_over(second, customer.actor)
        yield "a protocol that has taken over"
        take_over(second, self.site)
        yield "an escalation that is over"

    def _get_support(self) -> Iterator[str]:
        granted = grant(self.plan, self.site)
        yield "a draft that is read along"
        end_support(granted, self.site)
        yield "the end of it"

    def _let_people_in(self) -> Iterator[str]:
        cast = self.personas
        organisation = cast.site.organisation.pk
        invite(actor=self.manager, organisation_id=organisation, email="new@people.example", role=Role.EDITOR)
        yield "an invitation"
        with transaction.atomic():
            owe_password_reset(cast.customer.user)
        yield "a password that is forgotten"
        share = share_with_party(self.plan, self.site, make_party(self.site), note=NOTE)
        yield "a link for a guest"
        code = ask_for_code(link_id=link_of(share).pk)
        yield "a code for a guest"
        enter_code(code_id=code.pk, digits=code_digits(code), name=GRACE)
        say(share, self.site)
        yield "a comment that a guest reads"
        gone = cast.site.user.email
        note_trouble(address=gone, trouble=Trouble.GONE, at=timezone.now(), source=Source.SENDING)
        yield "mail that does not arrive"

    def _save_a_list(self) -> Iterator[str]:
        filters = Filters(Viewpoint(self.site, timezone.localdate()), {})
        ask_for_file(actor=self.site, filters=filters, kind=FileFormat.EXCEL)
        claimed = claim_file()
        assert claimed is not None
        note_written(claimed=claimed, key="0/a-list", size=1, rows=2)
        yield "a list that is written to a file"
