"""What of plans, shares, versions and replies each persona gets: one world, every reader."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from actionplans.actions import plan_actions
from actionplans.models import ActionPlan, PlanShare, Reply, Revision
from actionplans.plans.services import publish_plan
from actionplans.sharing.services import reply, withdraw_share
from actionplans.sharing.states import states_of
from carportal.core.actor import NOBODY, SYSTEM, Actor
from carportal.core.audit import Aggregate, Reader, timeline
from carportal.core.together import fetched
from findings.models import Finding
from stakeholders.models import Visibility
from stakeholders.services import add_relationship, change_visibility
from tests.actionplans.making import make_audit, make_finding, make_plan, share_with, write
from tests.factories import make_site
from tests.personas import Personas

pytestmark = pytest.mark.django_db

PLANS = {"drafted", "shared", "published", "others"}
SITE = {"drafted", "shared", "published"}
SITES_SHARES = {("shared", "customer"), ("shared", "ngo"), ("published", "customer"), ("published", "ngo")}

# Which plans each reads as a plan, and of which plans it sees shares with whom.
TABLE: dict[str, tuple[set[str], set[tuple[str, str]]]] = {
    "site": (SITE, SITES_SHARES),
    "site_viewer": (SITE, SITES_SHARES),
    "site_manager": (SITE, SITES_SHARES),
    "site2": ({"others"}, {("others", "customer2")}),
    "customer": (set(), {("shared", "customer")}),
    "customer_viewer": (set(), {("shared", "customer")}),
    "customer2": ({"published"}, {("others", "customer2")}),
    "ngo": (set(), {("shared", "ngo"), ("published", "ngo")}),  # a share shows what was shared, and no more
    "compliance": ({"published"}, set()),
    "admin": ({"published"}, set()),
    "auditor": (set(), set()),
    "auditor2": (set(), set()),
    "nobody": (set(), set()),
    "anonymous": (set(), set()),
}


@dataclass
class World:
    """Green Valley's three plans and Harbour's one; the customer's share of the published one was withdrawn."""

    cast: Personas
    plans: dict[str, ActionPlan]
    shares: dict[tuple[str, str], PlanShare]
    names: dict[UUID, str]

    def plans_of(self, actor: Actor) -> set[str]:
        return {self.names[plan.pk] for plan in ActionPlan.objects.visible_to(actor)}

    def shares_of(self, actor: Actor) -> set[tuple[str, str]]:
        found = set(PlanShare.objects.visible_to(actor))
        return {name for name, share in self.shares.items() if share in found}


@pytest.fixture
def world(personas: Personas) -> World:
    site = make_site(personas.site.organisation)
    relationships = {
        name: add_relationship(
            actor=personas.site_manager.actor,
            site_id=site.pk,
            customer_reference=personas[name].organisation.reference,
            visibility=visibility,
        )
        for name, visibility in (
            ("customer", Visibility.SHARES_ONLY),
            ("customer2", Visibility.SHARES_ONLY),
        )
    }
    elsewhere = make_site(personas.site2.organisation)
    add_relationship(
        actor=personas.site2.actor,
        site_id=elsewhere.pk,
        customer_reference=personas.customer2.organisation.reference,
    )
    plans = {}
    for name in ("drafted", "shared", "published", "others"):
        audit = make_audit(elsewhere if name == "others" else site, personas.auditor.organisation)
        writer = personas.site2 if name == "others" else personas.site
        plans[name] = make_plan(make_finding(audit=audit), writer.actor)
    shares = {}
    for plan, party in sorted(SITES_SHARES):
        shares[plan, party] = share_with(plans[plan], personas.site.actor, personas[party].organisation)
        sent = shares[plan, party].sent.get()
        reply(share_id=shares[plan, party].pk, actor=personas[party].actor, sent_id=sent.pk, kind="confirmed")
    shares["others", "customer2"] = share_with(
        plans["others"], personas.site2.actor, personas.customer2.organisation
    )
    withdraw_share(share_id=shares["published", "customer"].pk, actor=personas.site.actor)
    publish_plan(plan_id=plans["published"].pk, actor=personas.site.actor)
    change_visibility(
        actor=personas.site_manager.actor,
        relationship_id=relationships["customer2"].pk,
        visibility=Visibility.PUBLISHED_PLANS,
    )
    return World(personas, plans, shares, {plan.pk: name for name, plan in plans.items()})


def test_everybody_of_the_cast_sees_the_plans_and_shares_of_the_table(world: World):
    seen = {
        name: (world.plans_of(persona.actor), world.shares_of(persona.actor))
        for name, persona in world.cast.items()
    }
    assert seen == TABLE


def test_the_portal_itself_sees_all_and_who_is_nobody_nothing(world: World):
    assert (world.plans_of(SYSTEM), world.shares_of(SYSTEM)) == (PLANS, set(world.shares))
    assert (world.plans_of(NOBODY), world.shares_of(NOBODY)) == (set(), set())


def test_drafts_never_leave_the_site(world: World):
    """Neither of a plan that nobody has read nor of one whose draft goes on behind what is published."""
    for plan in ("drafted", "published"):
        write(world.plans[plan], world.cast.site.actor, actions="Nobody has read this yet.")
    for name, persona in world.cast.items():
        if name.startswith("site"):
            continue
        seen = ActionPlan.objects.visible_to(persona.actor).select_related("published")
        assert "drafted" not in world.plans_of(persona.actor)
        for each in seen:
            assert each.published is not None
            assert "Nobody has read this yet." not in str(each.published.document)


def test_parties_reach_the_versions_and_replies_of_their_own_share_alone(world: World):
    write(world.plans["shared"], world.cast.site.actor, actions="For the NGO.")
    share_with(world.plans["shared"], world.cast.site.actor, world.cast.ngo.organisation)

    def reached(name: str) -> tuple[set[int], set[UUID | None]]:
        shares = PlanShare.objects.visible_to(world.cast[name].actor)
        revisions = Revision.objects.filter(pk__in=shares.values("sent__revision"))
        replies = Reply.objects.filter(sent__share__in=shares)
        return (
            {each.number for each in revisions.filter(plan=world.plans["shared"])},
            {each.replied_by_id for each in replies},
        )

    assert reached("customer") == ({1}, {world.cast.customer.user.pk})
    assert reached("customer_viewer") == reached("customer")
    assert reached("ngo") == ({1, 2}, {world.cast.ngo.user.pk})
    assert reached("compliance") == reached("auditor") == (set(), set())
    assert reached("site_viewer")[1] == {world.cast.customer.user.pk, world.cast.ngo.user.pk}


def test_operator_reads_with_whom_a_plan_is_shared_and_where_it_stands_and_nothing_of_it(world: World):
    states = states_of(world.plans["shared"].finding)
    assert [tuple(state) for state in states] == [
        ("Fair Work Alliance", "confirmed", "Confirmed"),
        ("Northmarket", "confirmed", "Confirmed"),
    ]


def test_auditor_gets_no_action_no_record_and_no_plan_of_its_own_cars(world: World):
    for auditor in ("auditor", "auditor2"):
        actor = world.cast[auditor].actor
        for plan in world.plans.values():
            assert fetched(plan_actions(plan.finding, actor)) == []
            assert not timeline(aggregate=Aggregate.PLAN, aggregate_id=plan.pk, reader=Reader.AUDITOR)
    assert Finding.objects.visible_to(world.cast.auditor.actor).count() == len(PLANS)


def test_viewers_are_offered_only_reading(world: World):
    for name in ("site_viewer", "customer_viewer"):
        finding = Finding.objects.get(pk=world.plans["shared"].finding_id)
        actions = fetched(plan_actions(finding, world.cast[name].actor))
        assert [str(action.label) for action in actions if action.primary] == []
        assert actions
        assert all("read" in str(action.label).lower() for action in actions)
