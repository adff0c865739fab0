"""A site shares a frozen revision with the parties it chooses, asks each of them something, and can take it back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from actionplans.models import ActionPlan, PlanShare, Reply, Revision, SharedRevision, ShareStatus
from actionplans.plans.drafts import draft_of
from actionplans.plans.services import publish_plan, start_plan
from actionplans.sharing.services import Party, prepare_share, reply, share_plan, withdraw_share
from carportal.core.actor import OrganisationKind, Role
from carportal.core.audit import Aggregate, Reader, timeline, verify
from carportal.core.errors import Conflict, NotAllowed
from carportal.core.models import Notification
from findings.models import Access, AccessLevel, Finding, FindingStatus
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    CALL,
    CONFIRM,
    INFORM,
    make_ngo,
    refused_to_share,
    share_with,
    write,
)
from tests.factories import (
    make_actor,
    make_audit_company,
    make_customer,
    make_operator,
    make_organisation,
    make_relationship,
    make_site,
    make_supplier,
)

pytestmark = pytest.mark.django_db


class TestSharing:
    def test_party_gets_the_frozen_text_its_asks_and_access(self, story: Story, plan: ActionPlan):
        share = share_with(plan, story.alice, story.customer, asks=CALL, note="Can we speak on Monday?")
        sent = share.sent.get()
        assert (share.organisation, share.status) == (story.customer, ShareStatus.AWAITING)
        assert (sent.asks, sent.note, sent.sent_by_id) == (
            CALL,
            "Can we speak on Monday?",
            story.alice.user_id,
        )
        assert sent.revision.document == draft_of(plan).document.to_json()
        assert sent.revision.sha256 == draft_of(plan).document.sha256
        assert sent.revision.frozen_by_id == story.alice.user_id
        access = Access.objects.get()
        assert (access.organisation, access.level, access.source_id) == (
            story.customer,
            AccessLevel.PLAN,
            share.pk,
        )
        assert list(PlanShare.objects.visible_to(story.dora)) == [share]
        assert list(Finding.objects.visible_to(story.dora)) == [story.finding]

    def test_sharing_moves_no_car(self, story: Story, plan: ActionPlan):
        share_with(plan, story.alice, story.customer)
        story.finding.refresh_from_db()
        assert story.finding.status == FindingStatus.OPEN

    def test_writing_on_does_not_change_what_was_shared(self, story: Story, plan: ActionPlan):
        sent = share_with(plan, story.alice, story.customer).sent.get()
        write(plan, story.alice, actions="Something else.")
        frozen = SharedRevision.objects.select_related("revision").get(pk=sent.pk).revision
        assert frozen.document["fields"]["actions"].startswith("Repay the fees")

    def test_one_text_is_one_revision_however_many_it_goes_to(self, story: Story, plan: ActionPlan):
        parties = [Party(story.customer.pk, CONFIRM), Party(story.other.pk, CALL, "For you.")]
        first, second = share_plan(plan_id=plan.pk, actor=story.alice, parties=parties)
        third = share_with(plan, story.bob, make_ngo(), asks=CALL)
        assert {share.revision_id for share in (first, second, third)} == {Revision.objects.get().pk}
        assert [share.sent.get().note for share in (first, second, third)] == ["", "For you.", ""]
        write(plan, story.alice, actions="Something else.")
        fourth = share_with(plan, story.alice, make_ngo("Growers' union"))
        assert list(plan.revisions.values_list("number", flat=True)) == [2, 1]
        first.refresh_from_db()
        assert (fourth.revision.number, first.revision.number) == (2, 1)

    def test_very_same_sent_again_is_sent_once(self, story: Story, plan: ActionPlan):
        share = share_with(plan, story.alice, story.customer, note="Hello")
        again = share_with(plan, story.bob, story.customer, note=" Hello\r\n")
        assert again.pk == share.pk
        assert share.sent.count() == 1
        kinds = [e.kind for e in timeline(aggregate=Aggregate.PLAN, aggregate_id=plan.pk, reader=Reader.SITE)]
        assert kinds == ["plan_started", "plan_shared"]
        assert set(Notification.objects.values_list("kind", flat=True)) == {"plan_shared"}

    def test_newer_revision_awaits_a_reply_again_and_keeps_what_was_before(
        self, story: Story, plan: ActionPlan
    ):
        share = share_with(plan, story.alice, story.customer)
        first = share.sent.get()
        reply(share_id=share.pk, actor=story.dora, sent_id=first.pk, kind="confirmed")
        write(plan, story.alice, actions="Something else.")
        assert share_with(plan, story.alice, story.customer).pk == share.pk
        share.refresh_from_db()
        newest = share.sent.first()
        assert newest is not None
        assert (share.status, share.revision) == (ShareStatus.AWAITING, newest.revision)
        assert newest.revision.number == 2
        assert first.replies.get().kind == "confirmed"
        assert not newest.replies.exists()

    def test_asking_for_something_else_awaits_a_reply_to_the_same_text(self, story: Story, plan: ActionPlan):
        share = share_with(plan, story.alice, story.customer)
        reply(share_id=share.pk, actor=story.dora, sent_id=share.sent.get().pk, kind="confirmed")
        share_with(plan, story.alice, story.customer, asks=CALL)
        share.refresh_from_db()
        assert share.status == ShareStatus.AWAITING
        assert share.sent.count() == 2
        assert Revision.objects.count() == 1

    def test_text_that_was_changed_since_it_was_looked_at_is_not_shared(self, story: Story, plan: ActionPlan):
        seen = draft_of(plan).document.sha256
        write(plan, story.bob, actions="Something else.")
        parties = [Party(story.customer.pk, CONFIRM)]
        with pytest.raises(Conflict, match="changed since you checked it"):
            share_plan(plan_id=plan.pk, actor=story.alice, parties=parties, seen=seen)
        assert not PlanShare.objects.exists()
        seen = draft_of(ActionPlan.objects.get(pk=plan.pk)).document.sha256
        assert share_plan(plan_id=plan.pk, actor=story.alice, parties=parties, seen=seen)

    def test_order_of_sendings_and_replies_outlives_a_clock_that_goes_back(
        self, story: Story, plan: ActionPlan, monkeypatch: pytest.MonkeyPatch
    ):
        share = share_with(plan, story.alice, story.customer)
        first = reply(share_id=share.pk, actor=story.dora, sent_id=share.sent.get().pk, kind="acknowledged")
        an_hour_ago = timezone.now() - timedelta(hours=1)
        monkeypatch.setattr(timezone, "now", lambda: an_hour_ago)
        second = reply(share_id=share.pk, actor=story.dora, sent_id=share.sent.get().pk, kind="confirmed")
        share_with(plan, story.alice, story.customer, asks=CALL)
        newest = share.sent.first()
        assert newest is not None
        assert newest.asks == CALL
        assert list(Reply.objects.all()) == [second, first]

    def test_site_and_party_read_of_it_in_the_record_and_the_operator_too(
        self, story: Story, plan: ActionPlan
    ):
        share_with(plan, story.alice, story.customer)
        for reader, party_id in (
            (Reader.SITE, None),
            (Reader.OPERATOR, None),
            (Reader.PARTY, story.customer.pk),
        ):
            entries = timeline(
                aggregate=Aggregate.PLAN, aggregate_id=plan.pk, reader=reader, party_id=party_id
            )
            assert "Shared the action plan with Northmarket Ltd" in [entry.sentence for entry in entries]
        for reader, party_id in (
            (Reader.AUDITOR, None),
            (Reader.PARTY, story.other.pk),
            (Reader.PARTY, None),
        ):
            assert not timeline(
                aggregate=Aggregate.PLAN, aggregate_id=plan.pk, reader=reader, party_id=party_id
            )
        assert verify().whole


class TestWhoCanBeChosen:
    @pytest.mark.parametrize(
        "kind", [OrganisationKind.SUPPLIER, OrganisationKind.AUDIT_COMPANY, OrganisationKind.OPERATOR]
    )
    def test_auditors_operator_and_other_suppliers_never(
        self, story: Story, plan: ActionPlan, kind: OrganisationKind
    ):
        makers = {
            OrganisationKind.SUPPLIER: make_supplier,
            OrganisationKind.AUDIT_COMPANY: make_audit_company,
            OrganisationKind.OPERATOR: make_operator,
        }
        organisation = makers[kind]()
        error = refused_to_share(
            plan, story.alice, Party(story.customer.pk, CONFIRM), Party(organisation.pk, CONFIRM)
        )
        assert set(error.fields) == {str(organisation.pk)}

    def test_organisation_that_does_not_exist_gets_the_same_sentence(self, story: Story, plan: ActionPlan):
        there, not_there = make_supplier(), uuid4()
        sentences = {
            str(refused_to_share(plan, story.alice, Party(each, CONFIRM)).message)
            for each in (there.pk, not_there)
        }
        assert sentences == {"A plan is not shared with an organisation of this kind."}

    @pytest.mark.parametrize(
        "kind",
        [
            OrganisationKind.SUPPLY_CHAIN_ACTOR,
            OrganisationKind.NGO,
            OrganisationKind.TRADE_UNION,
            OrganisationKind.TRADE_ASSOCIATION,
            OrganisationKind.INITIATIVE,
            OrganisationKind.LABOUR_PROVIDER,
            OrganisationKind.GOVERNMENT_BODY,
        ],
    )
    def test_every_other_stakeholder_can_take_part(
        self, story: Story, plan: ActionPlan, kind: OrganisationKind
    ):
        organisation = make_organisation(kind)
        share = share_with(plan, story.alice, organisation)
        assert list(PlanShare.objects.visible_to(make_actor(organisation))) == [share]

    def test_customers_of_the_site_alone(self, story: Story, plan: ActionPlan):
        elsewhere = make_customer("Elsewhere Stores")
        make_relationship(make_site(story.supplier), elsewhere)
        error = refused_to_share(
            plan, story.alice, Party(story.customer.pk, CONFIRM), Party(elsewhere.pk, CONFIRM)
        )
        (sentence,) = error.fields[str(elsewhere.pk)]
        assert "Elsewhere Stores is not a customer of this site" in str(sentence)

    def test_nobody_and_the_same_party_twice_are_refused(self, story: Story, plan: ActionPlan):
        assert "Choose at least one" in str(refused_to_share(plan, story.alice).message)
        twice = [Party(story.customer.pk, CONFIRM), Party(story.customer.pk, CALL)]
        assert "chosen twice" in str(refused_to_share(plan, story.alice, *twice).message)

    def test_only_the_sites_editors_and_managers_share_and_withdraw(self, story: Story, plan: ActionPlan):
        parties = [Party(story.customer.pk, CONFIRM)]
        (share,) = share_plan(plan_id=plan.pk, actor=story.bob, parties=parties)
        for actor in (
            story.carol,
            story.dora,
            make_actor(make_supplier(), Role.MANAGER),
            make_actor(make_operator(), Role.COMPLIANCE),
            make_actor(make_audit_company()),
        ):
            with pytest.raises(NotAllowed):
                share_plan(plan_id=plan.pk, actor=actor, parties=[Party(story.other.pk, CONFIRM)])
            with pytest.raises(NotAllowed):
                prepare_share(plan=plan, actor=actor, parties=parties)
            with pytest.raises(NotAllowed):
                withdraw_share(share_id=share.pk, actor=actor)
        assert PlanShare.objects.live().get() == share


class TestAsks:
    @pytest.mark.parametrize(
        ("asks", "sentence"),
        [
            ({}, "answer at least one line with yes"),
            ({"confirm_requirements": False}, "answer at least one line with yes"),
            ({"closure_date": True}, "no such line"),
            (INFORM, "is for a CAR that is in progress"),
            ({**INFORM, "call_on_approach": True}, "cannot be combined"),
        ],
    )
    def test_what_cannot_be_asked_is_refused_with_the_reason(
        self, story: Story, plan: ActionPlan, asks: dict[str, bool], sentence: str
    ):
        error = refused_to_share(
            plan, story.alice, Party(story.customer.pk, CONFIRM), Party(story.other.pk, asks)
        )
        assert set(error.fields) == {str(story.other.pk)}
        assert sentence in " ".join(map(str, error.fields[str(story.other.pk)]))

    def test_nothing_to_confirm_can_be_confirmed_before_the_actions_are_written(self, story: Story):
        plan = start_plan(finding_id=story.finding.pk, actor=story.alice)
        error = refused_to_share(plan, story.alice, Party(story.customer.pk, CONFIRM))
        assert "Preventative and Corrective Actions" in str(error.fields[str(story.customer.pk)][0])
        assert share_with(plan, story.alice, story.customer, asks=CALL).status == ShareStatus.AWAITING

    def test_car_in_progress_can_be_shared_for_information_and_then_asked_about(
        self, story: Story, plan: ActionPlan
    ):
        publish_plan(plan_id=plan.pk, actor=story.alice)
        share = share_with(plan, story.alice, story.customer, asks={**INFORM, "call_on_approach": False})
        assert share.status == ShareStatus.INFORMED
        assert share_with(plan, story.alice, story.customer, asks=CALL).status == ShareStatus.AWAITING
        assert share_with(plan, story.alice, story.customer, asks=INFORM).status == ShareStatus.INFORMED

    def test_empty_rows_that_every_outline_needs_are_named(self, story: Story, plan: ActionPlan):
        write(plan, story.alice, completed_by="", details="")
        error = refused_to_share(plan, story.alice, Party(story.customer.pk, CALL))
        assert set(error.fields) == {"completed_by", "details"}

    def test_note_that_is_too_long_is_refused_at_its_party(self, story: Story, plan: ActionPlan):
        parties = [Party(story.customer.pk, CONFIRM, "x" * 2000), Party(story.other.pk, CONFIRM, "x" * 2001)]
        error = refused_to_share(plan, story.alice, *parties)
        assert set(error.fields) == {str(story.other.pk)}
