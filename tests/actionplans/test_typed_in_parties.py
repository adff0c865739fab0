"""Sharing a plan with a party that this portal does not know: added on the way, chosen by its own supplier alone."""

import pytest
from django.test import Client
from django.urls import reverse

from actionplans.models import ActionPlan, PlanShare
from actionplans.plans.parties import parties_to_choose
from actionplans.sharing.services import Party
from carportal.core.actor import Actor, OrganisationKind
from stakeholders.models import Organisation
from tests.actionplans.conftest import Story
from tests.actionplans.guesting import ADDRESS, GRACE, make_party
from tests.actionplans.making import CONFIRM, add_party, add_row, make_ngo, refused_to_share, share_with
from tests.actionplans.pages import client_of, main_of, problems_of, send, text_of
from tests.factories import make_actor, make_supplier

pytestmark = pytest.mark.django_db

GIVEN = {
    "name": "Harvest Union",
    "kind": "trade_union",
    "contact_name": GRACE,
    "contact_email": ADDRESS,
}


@pytest.fixture
def alice(story: Story) -> Client:
    return client_of(story.alice)


@pytest.fixture
def share_page(story: Story, plan: ActionPlan) -> str:
    return reverse("plan_share", args=[plan.finding_id])


@pytest.fixture
def add_page(story: Story, plan: ActionPlan) -> str:
    return reverse("plan_share_party", args=[plan.finding_id])


@pytest.fixture
def elsewhere() -> Actor:
    """Another supplier's writer."""
    return make_actor(make_supplier())


def test_party_that_was_added_is_chosen_at_once(alice: Client, share_page: str, add_page: str):
    response = send(alice, alice.get(add_page), **GIVEN)
    party = Organisation.objects.unverified().get()
    assert response["Location"] == f"{share_page}?with={party.pk}"
    page = alice.get(response["Location"])
    assert "Harvest Union was added. Nothing was sent yet." in text_of(page)
    assert "Harvest Union (added by you, verified by nobody)" in text_of(page)
    (chosen,) = [box for box in main_of(page).all("input", type="checkbox") if "checked" in box.attributes]
    assert chosen["value"] == str(party.pk)


def test_what_is_missing_is_said_at_each_field(alice: Client, add_page: str):
    page = send(alice, alice.get(add_page))
    assert problems_of(page) == [
        "Enter the party’s name.",
        "Choose what kind of organisation it is.",
        "Enter the name of the person to write to.",
        "Enter the e-mail address of that person.",
    ]


def test_stakeholder_that_the_plan_names_is_not_typed_twice(
    story: Story, plan: ActionPlan, alice: Client, share_page: str
):
    add_row(plan, story.alice, "stakeholders", name="Pickers & Packers", kind="trade_union")
    add_party(plan, story.alice, story.customer, name="Our customer")
    page = alice.get(share_page)
    (link,) = [a for a in main_of(page).all("a") if "which your plan names" in a.text]
    form = main_of(alice.get(link["href"])).one("form")
    assert form.one("input", name="name")["value"] == "Pickers & Packers"
    (kind,) = [option for option in form.all("option") if "selected" in option.attributes]
    assert kind["value"] == "trade_union"


def test_sharing_page_says_who_gets_a_link_and_that_nobody_vouches_for_them(
    story: Story, alice: Client, share_page: str
):
    party, ngo = make_party(story.alice), make_ngo()
    answers = {"step": "check", "party": [str(party.pk), str(ngo.pk), str(story.customer.pk)]}
    answers |= {f"{each}-confirm_requirements": "yes" for each in (party.pk, ngo.pk, story.customer.pk)}
    text = text_of(alice.post(share_page, answers))
    assert f"{GRACE} ({ADDRESS}) gets a link, good for 30 days" in text
    assert "Nobody has verified who this is: check the address." in text
    assert text.count("Nobody of this organisation has an account, so no e-mail goes out.") == 1


def test_wrong_address_is_corrected_before_the_plan_is_shared(
    story: Story, plan: ActionPlan, alice: Client, share_page: str
):
    party = make_party(story.alice)
    url = reverse("plan_share_party_change", args=[plan.finding_id, party.pk])
    response = send(alice, alice.get(url), contact_email="grace.guest@union.example")
    assert response["Location"] == f"{share_page}?with={party.pk}"
    share = share_with(plan, story.alice, party)
    assert share.guest_links.get().email == "grace.guest@union.example"


def test_party_of_another_supplier_is_there_for_nobody_else(
    story: Story, plan: ActionPlan, alice: Client, share_page: str, elsewhere: Actor
):
    theirs = make_party(elsewhere, "Their Union")
    assert "Their Union" not in text_of(alice.get(share_page))
    assert theirs not in parties_to_choose(story.site)
    for query in ({"party": str(theirs.pk), "chosen": "1"}, {"with": str(theirs.pk)}):
        assert "Their Union" not in alice.get(share_page, query).content.decode()
    posted = alice.post(share_page, {"step": "check", "party": str(theirs.pk)}, follow=True)
    assert "Their Union" not in posted.content.decode()
    change = reverse("plan_share_party_change", args=[plan.finding_id, theirs.pk])
    assert alice.get(change).status_code == 404
    refused = refused_to_share(plan, story.alice, Party(theirs.pk, CONFIRM))
    assert list(refused.fields) == [str(theirs.pk)]
    assert not PlanShare.objects.exists()


def test_customer_that_was_typed_in_needs_no_trading_relationship(story: Story, plan: ActionPlan):
    party = make_party(story.alice, "Corner Shops", kind=OrganisationKind.CUSTOMER)
    assert share_with(plan, story.alice, party).organisation == party


def test_own_parties_can_be_chosen_as_stakeholders_of_every_plan(story: Story):
    party = make_party(story.alice)
    assert party in parties_to_choose(story.site)
