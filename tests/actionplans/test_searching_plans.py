"""Searching in plans: each reader finds what the plan says to it, as it is now, and nothing else."""

from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test.utils import CaptureQueriesContext

from actionplans.models import ActionPlan, PlanText, TextKind, Wording
from actionplans.plans.drafts import draft_of
from actionplans.plans.services import publish_plan, redact_words, restore_revision
from actionplans.searching import finding, texts
from actionplans.searching.keeping import keep_draft
from actionplans.sharing.services import withdraw_share
from carportal.core.actor import Actor, Role
from findings.searching import Words, all_sources
from stakeholders.models import Visibility
from stakeholders.services import change_visibility, end_relationship
from tests.actionplans.conftest import Story
from tests.actionplans.guesting import share_with_party
from tests.actionplans.making import add_party, add_row, make_finding, make_plan, share_with, write
from tests.factories import make_actor, make_operator, make_relationship, make_site

pytestmark = pytest.mark.django_db


def found(actor: Actor, words: str) -> list[str]:
    """Where it was found: one each for a plan."""
    source = next(each for each in all_sources() if each.name == "plans")
    return [str(hit.where) for hit in source.search(actor, Words(words), 0, 10).hits]


def kept(plan: ActionPlan) -> set[texts.Wanted]:
    rows = PlanText.objects.filter(plan=plan).select_related("wording")
    return {
        texts.Wanted(TextKind(row.kind), row.wording.text, row.revision_id, row.reader_id) for row in rows
    }


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
    assert PlanText.objects.get(plan=plan, kind="draft").wording.text.count("Quickhands") == 1


def test_auditors_guests_and_other_suppliers_find_nothing(story: Story, plan: ActionPlan) -> None:
    publish_plan(plan_id=plan.pk, actor=story.alice)
    share_with_party(plan, story.bob)
    auditor = make_actor(story.finding.audit.audit_company)
    assert found(auditor, "agency") == []
    assert kept(plan) == wanted(plan)


def test_a_text_is_kept_once_for_all_who_read_the_same_and_goes_with_the_last_of_them(
    story: Story, plan: ActionPlan, other: Actor
) -> None:
    write(plan, story.alice, actions="We repay through Quickhands.")
    share = share_with(plan, story.alice, story.customer)
    share_with(plan, story.alice, story.other)
    publish_plan(plan_id=plan.pk, actor=story.alice)
    assert PlanText.objects.filter(plan=plan).count() == 5
    assert Wording.objects.filter(plan=plan).count() == 1
    write(plan, story.alice, actions="We repay.")
    assert {row.text.count("Quickhands") for row in Wording.objects.filter(plan=plan)} == {0, 1}
    write(plan, story.alice, actions="We repay at once.")
    assert Wording.objects.filter(plan=plan).count() == 2
    withdraw_share(share_id=share.pk, actor=story.alice)
    assert found(other, "quickhands") == ["Shared with you"]
    assert kept(plan) == wanted(plan)


def test_saving_a_draft_keeps_what_can_be_searched_by_one_statement(story: Story, plan: ActionPlan) -> None:
    write(plan, story.alice, actions="We repay.")
    draft = draft_of(ActionPlan.objects.get(pk=plan.pk))
    with CaptureQueriesContext(connection) as queries:
        keep_draft(plan, draft)
    assert len(queries) == 1


def test_plans_from_before_their_texts_were_kept_get_them_once(story: Story, plan: ActionPlan) -> None:
    """As the two migrations have it: what each reader has, then every text of a plan once."""
    share_with(plan, story.alice, story.customer, story.other, note="For you.")
    publish_plan(plan_id=plan.pk, actor=story.alice)
    before = kept(plan)
    PlanText.objects.all().delete()
    then = MigrationLoader(connection).project_state(("actionplans", "0026_searchable_texts")).apps
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE actionplans_plantext ALTER wording_id DROP NOT NULL, ADD text text,"
            " ADD words tsvector GENERATED ALWAYS AS (search_words(text)) STORED"
        )
        import_module("actionplans.migrations.0027_fill_searchable_texts").fill(then, None)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(import_module("actionplans.migrations.0029_texts_once").FILL)
        cursor.execute(
            "ALTER TABLE actionplans_plantext DROP words, DROP text, ALTER wording_id SET NOT NULL"
        )
    assert kept(plan) == before
    assert {row.pk for row in Wording.objects.all()} == {Wording.of(plan.pk, each.text).pk for each in before}


@pytest.mark.parametrize("common", [1, 99])
def test_what_is_not_among_the_newest_is_found_too(
    story: Story, plan: ActionPlan, compliance: Actor, monkeypatch: pytest.MonkeyPatch, common: int
) -> None:
    """Rare words by their index, others on from the newest."""
    site = make_site(story.supplier)
    make_relationship(site, story.customer)
    older = make_plan(make_finding(site), story.alice)
    for each, says in ((older, "We repay through Quickhands."), (plan, "We repay.")):
        write(each, story.alice, actions=says)
        share_with(each, story.alice, story.customer)
        publish_plan(plan_id=each.pk, actor=story.alice)
    readers = {compliance: "Published plan", story.dora: "Shared with you", story.alice: "Version 1"}
    for looked_at in (1, 2, 100):
        monkeypatch.setattr(finding, "LOOKED_AT", looked_at)
        monkeypatch.setattr(finding, "COMMON", common)
        for reader, where in readers.items():
            assert found(reader, "quickhands") == [where]
            assert found(reader, "repay") == [where, where]
            assert found(reader, "slowfoot") == []


def test_a_party_finds_what_it_was_sent_and_older_plans_that_it_may_read(
    story: Story, plan: ActionPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = make_site(story.supplier)
    relationship = make_relationship(site, story.customer)
    for says in ("We repay through Quickhands.", "We repay.", "We train."):
        published = make_plan(make_finding(site), story.alice)
        write(published, story.alice, actions=says)
        publish_plan(plan_id=published.pk, actor=story.alice)
    change_visibility(actor=story.bob, relationship_id=relationship.pk, visibility=Visibility.PUBLISHED_PLANS)
    write(plan, story.alice, actions="Quickhands repays.")
    share_with(plan, story.alice, story.customer)
    for looked_at in (1, 2, 3, 4):
        monkeypatch.setattr(finding, "LOOKED_AT", looked_at)
        assert sorted(found(story.dora, "quickhands")) == ["Published plan", "Shared with you"]


def test_the_parts_that_are_searched_are_all_that_a_reader_sees(
    story: Story, plan: ActionPlan, other: Actor, compliance: Actor
) -> None:
    add_party(plan, story.alice, story.customer, name="Northmarket Ltd", brings="Half from Quickhands")
    share_with(plan, story.alice, story.customer)
    publish_plan(plan_id=plan.pk, actor=story.alice)
    for relationship in story.site.relationships.all():
        change_visibility(
            actor=story.bob, relationship_id=relationship.pk, visibility=Visibility.PUBLISHED_PLANS
        )
    for reader, texts_seen in ((story.dora, 3), (other, 1), (compliance, 1), (story.bob, 2)):
        parts = PlanText.objects.all().parts_visible_to(reader)
        in_parts = [pk for part in parts for pk in part.newest(10).values_list("pk", flat=True)]
        assert sorted(in_parts) == sorted(PlanText.objects.visible_to(reader).values_list("pk", flat=True))
        assert len(in_parts) == texts_seen


def test_a_search_in_plans_takes_two_queries_however_many_there_are(story: Story, plan: ActionPlan) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert found(story.alice, "agency") == ["Draft"]
    assert len(queries) == 2
