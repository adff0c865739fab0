"""Two at once over a link: one wins, the other gets a sentence; real transactions."""

from functools import partial

import pytest

from actionplans.guests.models import GuestLink
from actionplans.guests.secrets import code_digits
from actionplans.guests.services import (
    LinkIsOver,
    ask_for_code,
    enter_code,
    make_account,
    revoke_link,
    send_link,
)
from actionplans.models import ActionPlan, PlanShare
from actionplans.sharing.services import withdraw_share
from carportal.core.actor import OrganisationKind, Role
from carportal.core.audit import verify
from carportal.core.errors import InvalidInput, NotAllowed
from carportal.core.models import AuditEvent
from findings.models import Access
from stakeholders.models import Membership, Organisation, User
from stakeholders.services import link_party
from tests.actionplans.conftest import Story
from tests.actionplans.guesting import ADDRESS, GRACE, link_of, make_party, open_link, share_with_party
from tests.factories import PASSWORD, make_actor, make_operator, make_organisation
from tests.parallel import at_once, errors, in_turn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with_party(plan, story.alice)


def entering(link: GuestLink) -> partial[GuestLink]:
    code = ask_for_code(link_id=link.pk)
    return partial(enter_code, code_id=code.pk, digits=code_digits(code), name=GRACE)


def test_of_two_tabs_with_one_code_one_gets_in(share: PlanShare):
    enter = entering(link_of(share))
    (refused,) = errors(at_once(enter, enter))
    assert isinstance(refused, InvalidInput)
    assert "used up" in str(refused.fields["digits"])
    assert AuditEvent.objects.filter(kind="guest_link_opened").count() == 1


def test_two_links_to_one_address_that_are_opened_at_once_have_one_person(
    story: Story, plan: ActionPlan, share: PlanShare
):
    other = share_with_party(plan, story.alice, make_party(story.alice, "Growers Union"))
    results = at_once(entering(link_of(share)), entering(link_of(other)))
    assert errors(results) == []
    assert User.objects.filter(email=ADDRESS).count() == 1


def test_wrong_codes_that_are_tried_at_once_are_all_counted(share: PlanShare):
    code = ask_for_code(link_id=link_of(share).pk)
    wrong = f"{(int(code_digits(code)) + 1) % 10**8:08d}"
    at_once(*[partial(enter_code, code_id=code.pk, digits=wrong, name=GRACE)] * 4)
    code.refresh_from_db()
    assert code.attempts == 4


@pytest.mark.parametrize("how", ["revoke", "withdraw"])
def test_code_that_waits_for_the_end_of_its_link_opens_nothing(story: Story, share: PlanShare, how: str):
    link = link_of(share)
    end = (
        partial(revoke_link, link_id=link.pk, actor=story.alice)
        if how == "revoke"
        else partial(withdraw_share, share_id=share.pk, actor=story.alice)
    )
    _ended, refused = in_turn(end, entering(link))
    assert isinstance(refused, LinkIsOver)
    assert not User.objects.filter(email=ADDRESS).exists()


def test_two_guests_who_make_accounts_at_once_do_not_both_become_managers(story: Story, share: PlanShare):
    one = open_link(link_of(share))
    two = open_link(
        send_link(share_id=share.pk, actor=story.alice, name="Hugo", email="hugo@union.example"), "Hugo"
    )
    (refused,) = errors(
        at_once(
            partial(make_account, actor=one, name="Grace", password=PASSWORD),
            partial(make_account, actor=two, name="Hugo", password=PASSWORD),
        )
    )
    assert isinstance(refused, NotAllowed)
    assert Membership.objects.filter(organisation=share.organisation_id).count() == 1


def test_link_to_one_address_that_is_sent_twice_at_once_is_one(story: Story, share: PlanShare):
    send = partial(send_link, share_id=share.pk, actor=story.alice, name="Hugo", email="hugo@union.example")
    assert errors(at_once(send, send)) == []
    assert share.guest_links.filter(email="hugo@union.example").count() == 1


def known_union() -> Organisation:
    return make_organisation(OrganisationKind.TRADE_UNION, name="International Harvest Union")


def test_party_that_is_linked_while_a_plan_is_shared_with_it_keeps_no_share(story: Story, plan: ActionPlan):
    party, known = make_party(story.alice), known_union()
    staff = make_actor(make_operator(), Role.COMPLIANCE)
    link = partial(link_party, actor=staff, party_id=party.pk, reference=known.reference)
    share = partial(share_with_party, plan, story.alice, party)
    _linked, refused = in_turn(link, share)
    assert "not shared with an organisation of this kind" in str(refused)
    assert not PlanShare.objects.exists()


def test_plan_that_is_shared_while_its_party_is_linked_goes_along(story: Story, plan: ActionPlan):
    party, known = make_party(story.alice), known_union()
    staff = make_actor(make_operator(), Role.COMPLIANCE)
    link = partial(link_party, actor=staff, party_id=party.pk, reference=known.reference)
    in_turn(partial(share_with_party, plan, story.alice, party), link)
    assert PlanShare.objects.get().organisation == known
    assert set(Access.objects.values_list("organisation_id", flat=True)) == {known.pk}
    assert verify().whole
