"""One plan, told twice: in one world a second customer has part in it, in the other it does not exist.

Everything else is the same in both, to the second: the steps of the second customer fall between those of
the others, on a clock that the test sets. What the observers get must be the same, byte for byte.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from actionplans.calls.offers import Offer, Subject
from actionplans.calls.services import AgreedAction, agree_call, hold_call, propose_call, take_action
from actionplans.models import Call, PlanShare, ReplyKind, ShownTo, Whom
from actionplans.plans.services import carry_on_plan, publish_plan
from actionplans.sharing.services import reply, withdraw_share
from actionplans.updates.services import Terms, accept_proposal, post_update, propose_updates
from carportal.core.actor import Actor, OrganisationKind, Role
from carportal.core.delivery import deliver_due
from findings.models import Audit, Finding
from findings.services import answer_triage
from stakeholders.acting import actor_of
from stakeholders.models import Membership, Organisation, Site, TradingRelationship, User, Visibility
from stakeholders.reminding import sweep
from stakeholders.services import add_relationship, change_visibility, end_relationship, invite, type_in_party
from tests.actionplans.guesting import link_of, open_link
from tests.actionplans.making import (
    CALL,
    CONFIRM,
    INFORM,
    TEXTS,
    add_file,
    add_row,
    make_plan,
    share_with,
    write,
)
from tests.actionplans.nudging import nudge
from tests.actionplans.taking_on import accept, decline, report, take
from tests.actionplans.talking import answer, note, resolve, say
from tests.factories import make_operator
from tests.findings.escalating import acknowledge, escalate, ring, take_over, tell
from tests.findings.making import Auditing

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
# Far above the references that other tests take out of the sequence; each world begins here.
FIRST_REFERENCE = 900_000
FEES = Subject("call_on_root_cause")
EVERY_QUARTER = Terms(3, date(2026, 6, 2))

# What is said of the second customer, by it and to it; none of it reaches anybody but the site.
SECRETS = {
    "name": "Bellweather",
    "reference": "ZC7000666",
    "person": "Bertram",
    "colleague": "Belinda",
    "address": "bellweather.example",
    "wish": "Pay the fees back within a month.",
    "praise": "Now it meets what we require.",
    "note": "For you alone: the agency is Quickhands.",
    "passing text": "Six of the contracts were with that agency.",
    "progress": "Half of what that agency took is paid back.",
    "file": "Contract of May.txt",
    "file's content": "Sixty pence an hour.",
    "what it brings": "Half of it out of a margin of its own.",
    "its action": "Order six months ahead.",
    "its reason": "The margin of this year is gone.",
    "its report": "Five orders of six came early.",
    "its report's file": "Orders of June.txt",
    "its report's content": "Six orders, five early.",
    "its support": "The lawyers that it works with anyway.",
    "comment": "Is Quickhands still paid by the head?",
    "answer": "Since spring by the hour.",
    "own note": "Look at Quickhands ourselves.",
    "own reminder": "See whether Quickhands answered.",
    "topic": "What becomes of the margin",
    "where": "https://meet.bellweather.example",
    "minutes": "It can pay more from the autumn on.",
    "agreed": "Raise the price by a twentieth.",
    # A party that the site typed in, and its guest.
    "typed in": "Quillfeather",
    "contact": "Quentin",
    "contact's address": "quill.example",
    "guest's wish": "Ask the pickers first.",
    "whom": "Beatrix Bell",
}
# What the first customer alone reads of the plan.
OWN = {
    "what it brings": "A third of the fees.",
    "its action": "Pay the site within a week.",
    "note": "Ask the board for a third.",
    "reminder": "Look at what the board said.",
    "its report": "The first two weeks were paid in time.",
}
# What the site alone reads.
SITES_NOTE = "Price the fees in from next season."
SITES_REMINDER = "Ring the board of the growers."


class Clock:
    """The portal's time, at a standstill between steps; the worker sends what is due before it moves on."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = START
        patch.setattr(timezone, "now", lambda: self.now)

    def at(self, minutes: float) -> None:
        deliver_due()
        self.now = START + timedelta(minutes=minutes)


class Story:
    """The whole of it; `second` is the second customer, in the world that has one.

    `mark` stands behind everything that people typed: names, titles, texts, notes and comments.
    """

    def __init__(self, clock: Clock, *, with_second: bool, mark: str = "") -> None:
        self.clock, self.mark = clock, mark
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval('core_reference_car', %s)", [FIRST_REFERENCE])
        self._cast()
        self.second: Organisation | None = self._second_cast() if with_second else None
        self._audits()
        self._relate()
        self._tell()

    # --- Who there is ----------------------------------------------------------------------------

    def _cast(self) -> None:
        self.supplier = self._organisation(OrganisationKind.SUPPLIER, "Green Valley Foods", "ZC7000001")
        self.customer = self._organisation(OrganisationKind.CUSTOMER, "Northmarket", "ZC7000002")
        self.lister = self._organisation(OrganisationKind.CUSTOMER, "Lowland Stores", "ZC7000003")
        self.ngo = self._organisation(OrganisationKind.NGO, "Fair Work Alliance", "ZC7000004")
        self.company = self._organisation(OrganisationKind.AUDIT_COMPANY, "Clearsight Audits", "ZC7000005")
        self.gina = self._person("Gina", self.supplier, Role.MANAGER)
        self.nora = self._person("Nora", self.customer, Role.MANAGER)
        self.neil = self._person("Neil", self.customer, Role.VIEWER)
        self.lars = self._person("Lars", self.lister, Role.EDITOR)
        self.fay = self._person("Fay", self.ngo, Role.EDITOR)
        self.carl = self._person("Carl", self.company, Role.EDITOR)
        self.olga = self._person("Olga", make_operator(), Role.COMPLIANCE)
        self.site = Site.objects.create(
            supplier=self.supplier,
            reference="ZS7000001",
            name="Green Valley Packhouse" + self.mark,
            address="1 Mill Lane" + self.mark,
            country="GB",
            time_zone="Europe/London",
        )

    def _second_cast(self) -> Organisation:
        second = self._organisation(OrganisationKind.CUSTOMER, "Bellweather Retail plc", "ZC7000666")
        self.bertram = self._person("Bertram", second, Role.MANAGER, host="bellweather")
        self.belinda = self._person("Belinda", second, Role.VIEWER, host="bellweather")
        return second

    def _organisation(self, kind: OrganisationKind, name: str, reference: str) -> Organisation:
        return Organisation.objects.create(kind=kind, name=name + self.mark, reference=reference)

    def _person(self, name: str, organisation: Organisation, role: Role, host: str = "people") -> User:
        user = User.objects.create_user(f"{name.lower()}@{host}.example", None, name=name + self.mark)
        Membership.objects.create(user=user, organisation=organisation, role=role)
        return user

    @staticmethod
    def actor(user: User) -> Actor:
        return actor_of(user, Membership.objects.select_related("organisation").get(user=user))

    # --- What happens ----------------------------------------------------------------------------

    def _audits(self) -> None:
        self.auditing = Auditing(self.site)
        self.auditing.company, self.auditing.auditor = self.company, self.actor(self.carl)
        self.auditing.operator = self.actor(self.olga)
        audit = self._held(1, date(2026, 2, 2), "ZAA900001", "1A.B Fees were paid", "5A.B Wages are low")
        self.finding, self.other = self.auditing.car(audit, "1A.B"), self.auditing.car(audit, "5A.B")

    def _held(self, minutes: int, on: date, reference: str, *cars: str) -> Audit:
        """What is recorded in the same instant stands in no order; so each at its own."""
        self.clock.at(minutes)
        audit = self.auditing.record(on, reference=reference)
        for number, car in enumerate(cars, start=minutes + 1):
            self.clock.at(number)
            self.auditing.add(audit, car + self.mark)
        return self.auditing.publish(audit)

    def _relate(self) -> None:
        self.clock.at(10)
        if self.second is not None:
            self.relationship = self._add(self.second, Visibility.PUBLISHED_PLANS)
            self.invitation = invite(
                actor=self.actor(self.bertram),
                organisation_id=self.second.pk,
                email="boris@bellweather.example",
                role=Role.EDITOR,
            )
        self.clock.at(11)
        self._add(self.customer, Visibility.PUBLISHED_PLANS)
        self._add(self.lister, Visibility.CAR_LIST)

    def _add(self, customer: Organisation, visibility: Visibility) -> TradingRelationship:
        return add_relationship(
            actor=self.actor(self.gina),
            site_id=self.site.pk,
            customer_reference=customer.reference,
            visibility=visibility,
        )

    def _tell(self) -> None:
        gina = self.actor(self.gina)
        self.clock.at(20)
        answer_triage(
            finding_id=self.finding.pk,
            actor=gina,
            answers={"U": False, "K": False, "E": True},
        )
        self.clock.at(30)
        self.plan = make_plan(self.finding, gina, {name: text + self.mark for name, text in TEXTS.items()})
        self._name_stakeholders(gina)
        self._second_reads_first(gina)
        self.clock.at(40)
        self.share = share_with(
            self.plan, gina, self.customer, asks=CONFIRM, note="Have we missed anything?" + self.mark
        )
        self.share_of_ngo = share_with(self.plan, gina, self.ngo, asks=CALL)
        self.share_of_guest = share_with(
            self.plan, gina, self._type_in(gina, "Harvest Union", "Hugo", "union")
        )
        self._second_answers(gina)
        self._add_files(gina)
        self.clock.at(50)
        self._reply(self.share, self.nora, ReplyKind.ACKNOWLEDGED, "We come back to you." + self.mark)
        self._second_is_sent_more(gina)
        self._talk(gina)
        self.clock.at(60)
        write(self.plan, gina, actions="Repay the fees over six months." + self.mark)
        publish_plan(plan_id=self.plan.pk, actor=gina)
        self.clock.at(62)
        share_with(self.plan, gina, self.customer, asks=INFORM)
        self._take_on_actions(gina)
        self._keep_up_to_date(gina)
        self._arrange_calls(gina)
        self._second_leaves(gina)
        self._escalate(gina)

    def _escalate(self, gina: Actor) -> None:
        """The first customer is told that the other CAR is urgent; all but the second one then act on it."""
        nora = self.actor(self.nora)
        self.clock.at(73)
        self.escalation = escalate(self.other, gina, self.customer)
        self._second_is_told_too(gina)
        self.clock.at(75)
        acknowledge(self.escalation, nora)
        self.clock.at(76)
        for actor in (gina, nora):
            take_over(self.escalation, actor)

    def _second_is_told_too(self, gina: Actor) -> None:
        """And has yet to say that the protocol has taken over, so that the escalation goes on."""
        if self.second is None:
            return
        self.clock.at(74)
        tell(self.escalation, gina, self.second)
        ring(self.escalation, gina, self.second, SECRETS["whom"] + self.mark)
        acknowledge(self.escalation, self.actor(self.bertram))

    def _type_in(self, gina: Actor, name: str, person: str, host: str) -> Organisation:
        return type_in_party(
            actor=gina,
            kind=OrganisationKind.TRADE_UNION,
            name=name + self.mark,
            contact_name=person + self.mark,
            contact_email=f"{person.lower()}@{host}.example",
        )

    def _talk(self, gina: Actor) -> None:
        """In the thread with one party, and below the comments of another; each keeps notes and reminders of its own."""
        nora = self.actor(self.nora)
        self.clock.at(55)
        said = say(self.share, nora, "Who pays the rest?" + self.mark, section="actions")
        note(self.plan, nora, OWN["note"] + self.mark)
        nudge(self.finding, nora, OWN["reminder"] + self.mark, whom=Whom.WRITERS)
        self._second_talks(gina)
        self.clock.at(57)
        answer(said, gina, "The site does." + self.mark, mentions=[self.nora.pk])
        say(self.share_of_ngo, gina, "Do you know the agent?" + self.mark)
        note(self.plan, gina, SITES_NOTE + self.mark)
        nudge(self.finding, gina, SITES_REMINDER + self.mark, whom=Whom.WRITERS)
        self.clock.at(59)
        resolve(say(self.share, gina, "The date is wrong." + self.mark, section="date"), nora)

    def _take_on_actions(self, gina: Actor) -> None:
        """One party takes its action on and reports; the site takes that into the draft."""
        nora = self.actor(self.nora)
        self._second_takes_on(gina)
        self.clock.at(62.4)
        duty = self.share.duties.get()
        accept(duty, nora)
        self.clock.at(62.6)
        kept = report(duty, nora, text=OWN["its report"] + self.mark, files={"Weeks.txt": b"Two."})
        self.clock.at(62.8)
        take(kept, gina)

    def _second_takes_on(self, gina: Actor) -> None:
        """And thinks better of it."""
        if self.second is None:
            return
        self.clock.at(62.2)
        bertram = self.actor(self.bertram)
        duty = self.seconds_share.duties.get()
        accept(duty, bertram)
        files = {SECRETS["its report's file"]: SECRETS["its report's content"].encode()}
        take(report(duty, bertram, text=SECRETS["its report"] + self.mark, files=files), gina)
        decline(duty, bertram, SECRETS["its reason"] + self.mark)

    def _keep_up_to_date(self, gina: Actor) -> None:
        """Updates are agreed with one party and proposed to another; one goes to everybody."""
        self.clock.at(63)
        shares = [self.share, self.share_of_ngo]
        proposals = propose_updates(share_ids=[each.pk for each in shares], actor=gina, terms=EVERY_QUARTER)
        self.clock.at(64)
        (to_customer,) = (each for each in proposals if each.share_id == self.share.pk)
        accept_proposal(proposal_id=to_customer.pk, actor=self.actor(self.nora))
        shares += self._second_agrees(gina)
        self.clock.at(66)
        self._post(gina, shares, "The first workers have their money back." + self.mark)
        self._second_hears_more(gina)
        self.clock.at(67.5)
        sweep(date(2026, 3, 20))

    def _arrange_calls(self, gina: Actor) -> None:
        """One party agrees on a call, which is then moved; another is asked for one and has not answered."""
        self.clock.at(68)
        offer = Offer([START + timedelta(days=8)], 60, "https://meet.example")
        call = propose_call(share_id=self.share.pk, actor=gina, subject=FEES, offer=offer)
        propose_call(share_id=self.share_of_ngo.pk, actor=gina, subject=FEES, offer=offer)
        self.clock.at(69)
        self._pick(call, self.nora)
        self._second_calls(gina)

    def _pick(self, call: Call, user: User) -> None:
        slot = call.slots.get(turn=call.turn)
        agree_call(call_id=call.pk, actor=self.actor(user), slot_id=slot.pk)

    def _second_calls(self, gina: Actor) -> None:
        """At the very time that the first customer has picked; its call is held, and what came of it is in the plan."""
        if self.second is None:
            return
        self.clock.at(70)
        offer = Offer([START + timedelta(minutes=71)], 60, SECRETS["where"])
        subject = Subject("other", SECRETS["topic"])
        call = propose_call(share_id=self.seconds_share.pk, actor=gina, subject=subject, offer=offer)
        self._pick(call, self.bertram)
        self.clock.at(71)
        hold_call(
            call_id=call.pk,
            actor=self.actor(self.bertram),
            seen=1,
            text=SECRETS["minutes"],
            actions=[AgreedAction(SECRETS["agreed"], "party", "2035")],
        )
        take_action(action_id=call.actions.get().pk, actor=gina)
        at = Offer([START + timedelta(days=8)], 60, SECRETS["where"])
        again = propose_call(share_id=self.seconds_share.pk, actor=gina, subject=FEES, offer=at)
        self._pick(again, self.bertram)

    def _post(self, gina: Actor, shares: list[PlanShare], text: str) -> None:
        ids = [share.pk for share in shares]
        post_update(plan_id=self.plan.pk, actor=gina, text=text, share_ids=ids)

    def _add_files(self, gina: Actor) -> None:
        """One for the site alone, one for a party alone, one for everyone; and one for the second customer."""
        self.clock.at(45)
        self.own_file = add_file(self.plan, gina, "Our own.txt", description="For us." + self.mark)
        if self.second is not None:
            self.clock.at(46)
            content = SECRETS["file's content"].encode()
            add_file(self.plan, gina, SECRETS["file"], content, party=self.second)
        self.clock.at(47)
        add_file(self.plan, gina, "Letter.txt", party=self.customer, description="As agreed." + self.mark)
        self.clock.at(48)
        add_file(
            self.plan, gina, "Receipts.txt", shown_to=ShownTo.READERS, description="Paid back." + self.mark
        )

    def _name_stakeholders(self, gina: Actor) -> None:
        """The second customer's rows stand before, between and behind those of the others."""
        self.clock.at(31)
        self._second_takes_part(gina, "its action")
        add_row(self.plan, gina, "actions", what="Ask every new worker." + self.mark, ends="2027-Q2")
        bringing = OWN["what it brings"] + self.mark
        party = add_row(self.plan, gina, "stakeholders", organisation=str(self.customer.pk), brings=bringing)
        add_row(self.plan, gina, "actions", what=OWN["its action"] + self.mark, owner=str(party), ends="2028")
        self._second_takes_part(gina, "its support")
        union = add_row(
            self.plan,
            gina,
            "stakeholders",
            name="The union" + self.mark,
            kind="trade_union",
            shown="everyone",
        )
        add_row(
            self.plan, gina, "actions", what="A hotline." + self.mark, support_from=str(union), starts="2026"
        )
        cause = add_row(self.plan, gina, "causes", what="Workers paid." + self.mark)
        add_row(self.plan, gina, "whys", cause, because="They were charged." + self.mark)

    def _second_takes_part(self, gina: Actor, secret: str) -> None:
        if self.second is None:
            return
        party = add_row(
            self.plan,
            gina,
            "stakeholders",
            organisation=str(self.second.pk),
            brings=SECRETS["what it brings"] + self.mark,
        )
        column = "owner" if secret == "its action" else "support_from"
        add_row(
            self.plan,
            gina,
            "actions",
            **{"what": SECRETS[secret] + self.mark, column: str(party), "starts": "2025", "ends": "2035"},
        )

    def _reply(self, share: PlanShare, user: User, kind: ReplyKind, comment: str) -> None:
        sent = share.sent.latest("sent_at")
        reply(share_id=share.pk, actor=self.actor(user), sent_id=sent.pk, kind=kind, comment=comment)

    # --- What the second customer does in between -------------------------------------------------

    def _second_reads_first(self, gina: Actor) -> None:
        if self.second is None:
            return
        self.clock.at(32)
        write(self.plan, gina, investigation=SECRETS["passing text"] + self.mark)
        self.seconds_share = share_with(self.plan, gina, self.second, note=SECRETS["note"])
        self._guest_replies(gina)
        self.clock.at(34)
        write(self.plan, gina, investigation=TEXTS["investigation"] + self.mark)

    def _guest_replies(self, gina: Actor) -> None:
        """Of a party that nobody but the site knows, by a link."""
        self.clock.at(33)
        self.typed_in = self._type_in(gina, SECRETS["typed in"], SECRETS["contact"], "quill")
        self.guests_share = share_with(self.plan, gina, self.typed_in, note=SECRETS["note"])
        guest = open_link(link_of(self.guests_share), SECRETS["contact"])
        sent = self.guests_share.sent.get().pk
        wish = SECRETS["guest's wish"]
        reply(
            share_id=self.guests_share.pk, actor=guest, sent_id=sent, kind="changes_requested", comment=wish
        )

    def _second_answers(self, gina: Actor) -> None:
        if self.second is None:
            return
        self.clock.at(42)
        self._reply(
            self.seconds_share, self.bertram, ReplyKind.CHANGES_REQUESTED, SECRETS["wish"] + self.mark
        )
        self.clock.at(44)
        share_with(self.plan, gina, self.second, asks=CALL)
        self._reply(self.seconds_share, self.bertram, ReplyKind.CONFIRMED, SECRETS["praise"])

    def _second_is_sent_more(self, gina: Actor) -> None:
        """Another plan of the same site, which is shared with it alone, and a share that is taken back."""
        plan = make_plan(self.other, gina, {"root_cause": "The price leaves no room for more."})
        if self.second is None:
            return
        self.clock.at(52)
        self.share_of_other = share_with(plan, gina, self.second, asks=CALL)
        withdraw_share(share_id=self.seconds_share.pk, actor=gina)
        self.clock.at(54)
        self.seconds_share = share_with(self.plan, gina, self.second, asks=CALL)

    def _second_talks(self, gina: Actor) -> None:
        """More than the others do."""
        if self.second is None:
            return
        self.clock.at(56)
        bertram = self.actor(self.bertram)
        said = say(self.seconds_share, bertram, SECRETS["comment"] + self.mark, section="actions")
        answer(said, gina, SECRETS["answer"] + self.mark, mentions=[self.bertram.pk])
        resolve(say(self.seconds_share, bertram, "We see it too." + self.mark), gina)
        note(self.plan, bertram, SECRETS["own note"] + self.mark)
        nudge(self.finding, bertram, SECRETS["own reminder"] + self.mark, whom=Whom.WRITERS)

    def _second_agrees(self, gina: Actor) -> list[PlanShare]:
        """On more updates than the others get."""
        if self.second is None:
            return []
        self.clock.at(65)
        terms = Terms(1, date(2026, 3, 31))
        (proposal,) = propose_updates(
            share_ids=[self.seconds_share.pk], actor=self.actor(self.bertram), terms=terms
        )
        accept_proposal(proposal_id=proposal.pk, actor=gina)
        return [self.seconds_share]

    def _second_hears_more(self, gina: Actor) -> None:
        if self.second is None:
            return
        self.clock.at(67)
        self._post(gina, [self.seconds_share], SECRETS["progress"])

    def _second_leaves(self, gina: Actor) -> None:
        if self.second is None:
            return
        self.clock.at(71.5)
        change_visibility(actor=gina, relationship_id=self.relationship.pk, visibility=Visibility.CAR_LIST)
        self.clock.at(72)
        share_with(self.plan, gina, self.second, asks=INFORM, note=SECRETS["note"])

    # --- A year later ----------------------------------------------------------------------------

    def go_on(self) -> Finding:
        """The next periodic audit raises one of the CARs again and closes the other; the plan is carried on."""
        gina = self.actor(self.gina)
        audit = self._held(80, date(2026, 3, 1), "ZAA900002", "1A.B Fees were paid again")
        self.clock.at(90)
        raised = self.auditing.car(audit, "1A.B")
        plan = carry_on_plan(finding_id=raised.pk, actor=gina, from_plan_id=self.plan.pk)
        if self.second is not None:
            self.clock.at(92)
            share_with(plan, gina, self.second)
            self.clock.at(94)
            end_relationship(actor=gina, relationship_id=self.relationship.pk)
        self.clock.at(100)
        share_with(plan, gina, self.customer, self.ngo, asks=CALL)
        return raised
