"""Searching in plans: each reader finds what the plan says to it, as it is now, and nothing else."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from actionplans.models import ActionPlan, PlanText, TextKind
from actionplans.plans.drafts import draft_of
from actionplans.plans.services import publish_plan, redact_words, restore_revision
from actionplans.searching import texts
from actionplans.sharing.services import withdraw_share
from carportal.core.actor import Actor, Role
from findings.searching import Words, all_sources
from stakeholders.models import Visibility
from stakeholders.services import change_visibility, end_relationship
from tests.actionplans.conftest import Story
from tests.actionplans.guesting import share_with_party
from tests.actionplans.making import add_party, add_row, share_with, write
from tests.factories import make_actor, make_operator

pytestmark = pytest.mark.django_db


def found(actor: Actor, words: str) -> list[str]:
    """Where it was found: one each for a plan."""
    source = next(each for each in all_sources() if each.name == "plans")
    return [str(hit.where) for hit in source.search(actor, Words(words), 0, 10).hits]


def kept(plan: ActionPlan) -> set[texts.Wanted]:
    rows = PlanText.objects.filter(plan=plan)
    return {texts.Wanted(TextKind(row.kind), row.text, row.revision_id, row.reader_id) for row in rows}


def wanted(plan: ActionPlan) -> set[texts.Wanted]:
    return set(texts.of_plan(ActionPlan.objects.get(pk=plan.pk)))


@pytest.fixture
def compliance(db: None) -> Actor:
    return make_actor(make_operator(), Role.COMPLIANCE)


@pytest.fixture
def other(story: Story) -> Actor:
    return make_actor(story.other)


def test_a_draft_is_found_by_its_site_alone_and_as_it_is_now(
    story: Story, plan: ActionPlan, compliance: Actor
) -> None:
    write(plan, story.alice, actions="We repay through Quickhands.")
    assert found(story.bob, "quickhands") == found(story.carol, "repay") == ["Draft"]
    assert found(story.dora, "quickhands") == found(compliance, "quickhands") == []
    add_row(plan, story.alice, "causes", what="Slowfoot asked for them")
    assert found(story.alice, "slowfoot") == ["Draft"]
    write(plan, story.alice, actions="We repay.")
    assert found(story.alice, "quickhands") == []
    assert kept(plan) == wanted(plan)


def test_what_was_sent_is_found_by_its_party_until_the_share_ends(
    story: Story, plan: ActionPlan, other: Actor, compliance: Actor
) -> None:
    write(plan, story.alice, actions="We repay through Quickhands.")
    share = share_with(plan, story.alice, story.customer, note="Mind Slowfoot.")
    assert found(story.dora, "quickhands") == found(story.dora, "slowfoot") == ["Shared with you"]
    assert found(other, "quickhands") == found(compliance, "quickhands") == []
    write(plan, story.alice, actions="We repay through Evenpace.")
    assert found(story.dora, "evenpace") == []
    assert found(story.alice, "quickhands") == ["Version 1"]
    share_with(plan, story.alice, story.customer)
    assert found(story.dora, "evenpace") == ["Shared with you"]
    assert found(story.dora, "quickhands") == []
    withdraw_share(share_id=share.pk, actor=story.alice)
    assert found(story.dora, "evenpace") == []
    assert kept(plan) == wanted(plan)


def test_a_party_finds_its_own_rows_and_not_those_of_another(
    story: Story, plan: ActionPlan, other: Actor, compliance: Actor
) -> None:
    add_party(plan, story.alice, story.customer, name="Northmarket Ltd", brings="Half from Quickhands")
    share_with(plan, story.alice, story.customer, story.other)
    publish_plan(plan_id=plan.pk, actor=story.alice)
    assert found(story.dora, "quickhands") == ["Shared with you"]
    assert found(other, "quickhands") == found(compliance, "quickhands") == []
    assert found(other, "agency") == ["Shared with you"]
    assert found(compliance, "agency") == ["Published plan"]
    assert kept(plan) == wanted(plan)


def test_a_published_plan_is_found_by_whose_relationship_lets_it(story: Story, plan: ActionPlan) -> None:
    add_party(plan, story.alice, story.customer, name="Northmarket Ltd", brings="Half from Quickhands")
    publish_plan(plan_id=plan.pk, actor=story.alice)
    relationship = story.site.relationships.get(customer=story.customer)
    for visibility, where in [
        (Visibility.CAR_LIST, []),
        (Visibility.PUBLISHED_PLANS, ["Published plan"]),
        (Visibility.SHARES_ONLY, []),
        (Visibility.PUBLISHED_PLANS, ["Published plan"]),
    ]:
        change_visibility(actor=story.bob, relationship_id=relationship.pk, visibility=visibility)
        assert found(story.dora, "agency") == found(story.dora, "quickhands") == where
    end_relationship(actor=story.bob, relationship_id=relationship.pk)
    assert found(story.dora, "agency") == []


def test_words_that_were_removed_are_found_by_nobody(
    story: Story, plan: ActionPlan, compliance: Actor
) -> None:
    write(plan, story.alice, actions="We repay Quickhands.")
    share_with(plan, story.alice, story.customer, note="For Quickhands.")
    publish_plan(plan_id=plan.pk, actor=story.alice)
    readers = (story.alice, story.dora, compliance)
    assert all(found(each, "quickhands") for each in readers)
    redact_words(plan_id=plan.pk, actor=story.alice, words="Quickhands", reason="It names somebody.")
    assert not any(found(each, "quickhands") for each in readers)
    assert all(found(each, "agency") for each in readers)
    assert kept(plan) == wanted(plan)


def test_what_is_brought_back_is_found_again(story: Story, plan: ActionPlan) -> None:
    write(plan, story.alice, actions="We repay through Quickhands.")
    share_with(plan, story.alice, story.customer)
    first = plan.revisions.get()
    write(plan, story.alice, actions="We repay.")
    now = draft_of(ActionPlan.objects.get(pk=plan.pk))
    restore_revision(
        plan_id=plan.pk,
        actor=story.alice,
        revision_id=first.pk,
        based_on=now.digests,
        rows_based_on=now.document.rows_digest,
    )
    assert kept(plan) == wanted(plan)
    assert PlanText.objects.get(plan=plan, kind="draft").text.count("Quickhands") == 1


def test_auditors_guests_and_other_suppliers_find_nothing(story: Story, plan: ActionPlan) -> None:
    publish_plan(plan_id=plan.pk, actor=story.alice)
    share_with_party(plan, story.bob)
    auditor = make_actor(story.finding.audit.audit_company)
    assert found(auditor, "agency") == []
    assert kept(plan) == wanted(plan)


def test_plans_from_before_there_were_such_rows_get_them(story: Story, plan: ActionPlan) -> None:
    share_with(plan, story.alice, story.customer, story.other, note="For you.")
    publish_plan(plan_id=plan.pk, actor=story.alice)
    before = kept(plan)
    PlanText.objects.all().delete()
    import_module("actionplans.migrations.0027_fill_searchable_texts").fill(apps, None)
    assert kept(plan) == before


def test_a_search_in_plans_takes_three_queries_however_many_there_are(story: Story, plan: ActionPlan) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert found(story.alice, "agency") == ["Draft"]
    assert len(queries) == 3
