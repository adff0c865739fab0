"""The end of a share, and who shares and ends at all."""

import pytest
from django.test import Client

from actionplans.models import ActionPlan, PlanShare
from actionplans.plans.services import start_plan
from tests.actionplans.conftest import Story
from tests.actionplans.making import end_by_next_audit, make_finding, share_with
from tests.actionplans.pages import client_of, heading_of, send, text_of
from tests.factories import make_actor, make_audit_company, make_supplier


@pytest.fixture
def alice(story: Story) -> Client:
    return client_of(story.alice)


@pytest.fixture
def address(plan: ActionPlan) -> str:
    return f"/cars/{plan.finding_id}/plan/share/"


class TestEnd:
    @pytest.fixture
    def share(self, story: Story, plan: ActionPlan) -> PlanShare:
        return share_with(plan, story.alice, story.customer, note="See action two.")

    def test_site_sees_what_the_party_has(self, share: PlanShare, alice: Client) -> None:
        text = text_of(alice.get(f"/shares/{share.pk}/"))
        for words in ("Shared with Northmarket Ltd", "Reply awaited", "See action two.", "Nothing yet."):
            assert words in text

    def test_is_asked_about_first(self, share: PlanShare, alice: Client) -> None:
        page = alice.get(f"/shares/{share.pk}/withdraw/")
        assert heading_of(page).endswith("Stop sharing the plan with Northmarket Ltd?")
        share.refresh_from_db()
        assert share.status == "awaiting"

    def test_takes_the_plan_from_the_party_at_once(
        self, story: Story, share: PlanShare, alice: Client
    ) -> None:
        dora = client_of(story.dora)
        assert dora.get(f"/shares/{share.pk}/").status_code == 200
        done = send(alice, alice.get(f"/shares/{share.pk}/withdraw/"))
        assert "The plan is no longer shared with Northmarket Ltd." in text_of(alice.get(done["Location"]))
        for url in (f"/shares/{share.pk}/", f"/shares/{share.pk}/pdf/", f"/cars/{story.finding.pk}/plan/"):
            assert dora.get(url).status_code == 404

    def test_stays_on_the_record_of_the_site(self, share: PlanShare, alice: Client) -> None:
        send(alice, alice.get(f"/shares/{share.pk}/withdraw/"))
        text = text_of(alice.get(f"/shares/{share.pk}/"))
        assert "Withdrawn" in text
        assert "Stop sharing" not in text

    def test_twice_says_that_it_is_over(self, share: PlanShare, alice: Client) -> None:
        page = alice.get(f"/shares/{share.pk}/withdraw/")
        send(alice, page)
        again = send(alice, page)
        assert again.status_code == 409
        assert "not shared with Northmarket Ltd any more" in text_of(again)


class TestWho:
    def test_viewer_of_the_site_only_reads(self, story: Story, plan: ActionPlan, address: str) -> None:
        share = share_with(plan, story.alice, story.customer)
        carol = client_of(story.carol)
        assert carol.get(f"/shares/{share.pk}/").status_code == 200
        assert "Stop sharing" not in text_of(carol.get(f"/shares/{share.pk}/"))
        for url in (address, f"/shares/{share.pk}/withdraw/"):
            assert carol.get(url).status_code == 403
            assert carol.post(url, {"party": str(story.other.pk)}).status_code == 403
        assert PlanShare.objects.get().status == "awaiting"

    def test_party_neither_shares_nor_withdraws(self, story: Story, plan: ActionPlan, address: str) -> None:
        share = share_with(plan, story.alice, story.customer)
        dora = client_of(story.dora)
        for url in (address, f"/shares/{share.pk}/withdraw/"):
            assert dora.get(url).status_code == 403
            assert dora.post(url).status_code == 403

    def test_for_others_there_is_nothing(self, story: Story, plan: ActionPlan, address: str) -> None:
        share = share_with(plan, story.alice, story.customer)
        for organisation in (story.other, make_supplier(), make_audit_company()):
            stranger = client_of(make_actor(organisation))
            for url in (address, f"/shares/{share.pk}/", f"/shares/{share.pk}/withdraw/"):
                assert stranger.get(url).status_code == 404

    def test_plan_that_was_not_begun_has_nothing_to_share(self, story: Story, alice: Client) -> None:
        url = f"/cars/{story.finding.pk}/plan/share/"
        assert alice.get(url).status_code == 404
        start_plan(finding_id=story.finding.pk, actor=story.alice)
        assert alice.get(url).status_code == 200

    def test_once_the_car_has_ended_nothing_is_shared(
        self, story: Story, alice: Client, address: str
    ) -> None:
        end_by_next_audit(story.finding, successor=make_finding(story.site))
        assert alice.get(address).status_code == 409
