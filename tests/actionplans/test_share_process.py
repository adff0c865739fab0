"""Sharing, replying, withdrawing, publishing in any order, against the design's state machine in plain words."""

from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from actionplans.models import ActionPlan, PlanShare, ReplyKind, SharedRevision
from actionplans.plans.services import publish_plan, start_plan
from actionplans.sharing.policy import replies_open_to
from actionplans.sharing.services import NewerVersion, Party, reply, share_plan, withdraw_share
from carportal.core.audit import verify
from carportal.core.errors import Conflict, DomainError, InvalidInput
from carportal.core.models import Notification
from findings.models import Access, AccessLevel, Finding
from stakeholders.models import Organisation, TradingRelationship, Visibility
from stakeholders.services import add_relationship, end_relationship
from tests.actionplans.conftest import make_story
from tests.actionplans.making import (
    CALL,
    CONFIRM,
    INFORM,
    TEXTS,
    end_by_next_audit,
    make_finding,
    make_ngo,
    write,
)
from tests.factories import make_actor
from tests.plays import play

pytestmark = pytest.mark.django_db

PARTIES = ("northmarket", "fairprice", "ngo")
ASKS = {"confirm": CONFIRM, "call": CALL, "inform": INFORM}
parties = st.sampled_from(PARTIES)


@dataclass
class Sending:
    text: str
    asked: str
    replies: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Share:
    """What DESIGN says of a share: status, and every sending with its replies."""

    status: str
    sendings: list[Sending]

    def answer(self, kind: str, comment: str) -> None:
        self.sendings[-1].replies.append((kind, comment))
        self.status = kind


class Sharing(RuleBasedStateMachine):
    """One plan, two customers and an NGO; each run is one transaction that is rolled back."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.shares: dict[str, list[Share]] = {name: [] for name in PARTIES}
        self.trading = {"northmarket", "fairprice"}
        self.text = ""
        self.car = "open"
        self.told = 0

    @initialize()
    def set_the_scene(self) -> None:
        self.story = make_story()
        self.plan = start_plan(finding_id=self.story.finding.pk, actor=self.story.alice)
        self.text = "Repay the fees."
        write(self.plan, self.story.alice, **{**TEXTS, "actions": self.text})
        self.organisations: dict[str, Organisation] = {
            "northmarket": self.story.customer,
            "fairprice": self.story.other,
            "ngo": make_ngo(),
        }
        self.people = {name: make_actor(each) for name, each in self.organisations.items()}
        self.rows: dict[str, list[PlanShare]] = {name: [] for name in PARTIES}

    def teardown(self) -> None:
        assert verify().whole
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    # --- What the process says ------------------------------------------------------------------------

    def live(self, name: str) -> Share | None:
        return next((each for each in self.shares[name] if each.status != "withdrawn"), None)

    @property
    def has_ended(self) -> bool:
        return self.car in {"superseded", "closed"}

    def refusal_of_sharing(self, names: set[str], asked: str) -> type[DomainError] | None:
        if self.has_ended:
            return Conflict
        strangers = names - self.trading - {"ngo"}
        too_early = asked == "inform" and self.car != "in_progress"
        nothing_to_confirm = asked == "confirm" and not self.text
        return InvalidInput if strangers or too_early or nothing_to_confirm else None

    def send(self, name: str, asked: str) -> None:
        share = self.live(name)
        last = share.sendings[-1] if share else None
        if share and last and (last.text, last.asked) == (self.text, asked):
            return
        status = "informed" if asked == "inform" else "awaiting"
        if share is None:
            share = Share(status, [])
            self.shares[name].append(share)
        share.status = status
        share.sendings.append(Sending(self.text, asked))
        self.told += 1

    def refusal_of_reply(self, share: Share, at: int, kind: str, comment: str) -> type[DomainError] | None:
        if share.status in {"withdrawn", "informed"} or self.has_ended:
            return Conflict
        if at != len(share.sendings) - 1:
            return NewerVersion
        if kind == "changes_requested" and not comment:
            return InvalidInput
        un_answers = kind == "acknowledged" and share.status not in {"awaiting", "acknowledged"}
        return Conflict if un_answers else None

    # --- What people do -------------------------------------------------------------------------------

    @precondition(lambda self: not self.has_ended)
    @rule(text=st.sampled_from(["", "Repay the fees.", "A contract without fees."]))
    def write_actions(self, text: str) -> None:
        write(self.plan, self.story.bob, actions=text)
        self.text = text

    @rule(name=parties, asked=st.sampled_from(sorted(ASKS)))
    def share_with_one(self, name: str, asked: str) -> None:
        self.share({name}, asked)

    @rule(names=st.sets(parties, min_size=2), asked=st.sampled_from(sorted(ASKS)))
    def share_with_several(self, names: set[str], asked: str) -> None:
        self.share(names, asked)

    def share(self, names: set[str], asked: str) -> None:
        chosen = [Party(self.organisations[name].pk, ASKS[asked]) for name in sorted(names)]
        refusal = self.refusal_of_sharing(names, asked)
        if refusal:
            with transaction.atomic(), pytest.raises(refusal):
                share_plan(plan_id=self.plan.pk, actor=self.story.alice, parties=chosen)
            return
        rows = share_plan(plan_id=self.plan.pk, actor=self.story.alice, parties=chosen)
        for name, row in zip(sorted(names), rows, strict=True):
            self.send(name, asked)
            if row not in self.rows[name]:
                self.rows[name].append(row)

    @precondition(lambda self: any(self.shares.values()))
    @rule(
        name=parties,
        which=st.integers(0, 5),
        older=st.booleans(),
        kind=st.sampled_from(ReplyKind.values),
        comment=st.sampled_from(["", "By June, please.", "Tell us more."]),
    )
    def reply(self, name: str, which: int, older: bool, kind: str, comment: str) -> None:
        if not self.shares[name]:
            return
        place = -1 if which else 0  # seldom an old share
        share, row = self.shares[name][place], self.rows[name][place]
        at = 0 if older else len(share.sendings) - 1
        sendings = list(row.sent.order_by("sent_at"))
        refusal = self.refusal_of_reply(share, at, kind, comment)
        answer = partial(
            reply,
            share_id=row.pk,
            actor=self.people[name],
            sent_id=sendings[at].pk,
            kind=kind,
            comment=comment,
        )
        if refusal:
            with transaction.atomic(), pytest.raises(refusal):
                answer()
            return
        kept = answer()
        assert (kept.kind, kept.comment, kept.sent_id) == (kind, comment, sendings[at].pk)
        if share.sendings[-1].replies[-1:] != [(kind, comment)]:
            share.answer(kind, comment)
            self.told += 2  # Alice and Bob

    @precondition(lambda self: any(self.shares.values()))
    @rule(name=parties)
    def withdraw(self, name: str) -> None:
        if not self.rows[name]:
            return
        row, share = self.rows[name][-1], self.shares[name][-1]
        if share.status == "withdrawn":
            with transaction.atomic(), pytest.raises(Conflict):
                withdraw_share(share_id=row.pk, actor=self.story.bob)
            return
        withdraw_share(share_id=row.pk, actor=self.story.bob)
        share.status = "withdrawn"

    @precondition(lambda self: any(self.shares.values()))
    @rule(name=st.sampled_from(["northmarket", "fairprice"]))
    def stop_or_go_on_buying(self, name: str) -> None:
        customer, site = self.organisations[name], self.story.site
        if name in self.trading:
            relationship = TradingRelationship.objects.current().get(site=site, customer=customer)
            end_relationship(actor=self.story.bob, relationship_id=relationship.pk)
            self.trading.discard(name)
            if share := self.live(name):
                share.status = "withdrawn"
        else:
            add_relationship(
                actor=self.story.bob,
                site_id=site.pk,
                customer_reference=customer.reference,
                visibility=Visibility.SHARES_ONLY,
            )
            self.trading.add(name)

    @rule()
    def publish(self) -> None:
        if self.has_ended or not self.text:
            with transaction.atomic(), pytest.raises(Conflict if self.has_ended else InvalidInput):
                publish_plan(plan_id=self.plan.pk, actor=self.story.alice)
            return
        publish_plan(plan_id=self.plan.pk, actor=self.story.alice)
        self.car = "in_progress"

    @precondition(lambda self: self.car == "in_progress" and any(self.shares.values()))
    @rule(how=st.sampled_from(["superseded", "closed", "", ""]))
    def end_the_car(self, how: str) -> None:
        if how:
            successor = make_finding(self.story.site) if how == "superseded" else None
            end_by_next_audit(self.story.finding, successor=successor)
            self.car = how

    # --- What always holds ----------------------------------------------------------------------------

    @invariant()
    def shares_and_car_stand_as_the_process_says(self) -> None:
        assert Finding.objects.get(pk=self.story.finding.pk).status == self.car
        found = PlanShare.objects.filter(plan=self.plan).prefetch_related("sent__revision", "sent__replies")
        rows = {row.pk: row for row in found}
        assert len(rows) == sum(map(len, self.rows.values()))
        for name in PARTIES:
            for known, share in zip(self.rows[name], self.shares[name], strict=True):
                row = rows[known.pk]
                assert (row.organisation_id, row.status) == (self.organisations[name].pk, share.status)
                assert [self.sending(each) for each in reversed(row.sent.all())] == share.sendings
                assert row.revision_id == row.sent.all()[0].revision_id
                if share.status != "withdrawn" and not self.has_ended:
                    assert [str(kind) for kind in replies_open_to(row)] == self.replies_taken(share)

    @staticmethod
    def sending(row: SharedRevision) -> Sending:
        asked = next(name for name, asks in ASKS.items() if asks == row.asks)
        replies = [(each.kind, each.comment) for each in reversed(row.replies.all())]
        return Sending(row.revision.document["fields"]["actions"], asked, replies)

    def replies_taken(self, share: Share) -> list[str]:
        newest = len(share.sendings) - 1
        return [
            kind
            for kind in ReplyKind.values
            if self.refusal_of_reply(share, newest, kind, "Because.") is None
            and not kind == share.status == "acknowledged"  # taken, but it would say nothing new
        ]

    @invariant()
    def party_has_access_exactly_while_its_share_lasts(self) -> None:
        live: dict[str, list[PlanShare]] = {
            name: [
                row
                for row, share in zip(self.rows[name], self.shares[name], strict=True)
                if share.status != "withdrawn"
            ]
            for name in PARTIES
        }
        assert set(Access.objects.values_list("organisation", "level", "source_id")) == {
            (row.organisation_id, AccessLevel.PLAN, row.pk) for rows in live.values() for row in rows
        }
        for name in PARTIES:
            assert list(PlanShare.objects.visible_to(self.people[name])) == live[name]

    @invariant()
    def everybody_is_told_once(self) -> None:
        kinds = ["plan_shared", "newer_revision", "reply_received"]
        assert Notification.objects.filter(kind__in=kinds).count() == self.told + self.bystanders()

    def bystanders(self) -> int:
        """Northmarket has a second person, Dora, who is told of each sending as well."""
        return sum(len(share.sendings) for share in self.shares["northmarket"])

    @invariant()
    def revisions_are_numbered_without_gaps_and_none_repeats_the_one_before(self) -> None:
        rows = list(ActionPlan.objects.get(pk=self.plan.pk).revisions.order_by("number"))
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
        assert all(one.sha256 != two.sha256 for one, two in pairwise(rows))


@pytest.mark.soak
def test_sharing_keeps_to_the_process():
    play(Sharing, fraction=12, steps=20)
