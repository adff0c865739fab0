"""Links for those of a party who have no account: whom they go to, how long they are good, and what ends them."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from actionplans.guests.models import GuestCode, GuestLink
from actionplans.guests.secrets import code_digits, link_id_of, link_token
from actionplans.guests.services import ask_for_code, revoke_link, send_link, send_link_again
from actionplans.models import ActionPlan, PlanShare
from actionplans.sharing.services import withdraw_share
from carportal.core.audit import Aggregate, Reader, timeline, verify
from carportal.core.delivery import deliver_due
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.models import Delivery, Notification
from stakeholders.models import User
from tests.actionplans.conftest import Story
from tests.actionplans.guesting import (
    ADDRESS,
    GRACE,
    address,
    link_of,
    open_link,
    share_with_party,
)
from tests.actionplans.making import make_ngo, person_of, share_with, write
from tests.factories import make_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with_party(plan, story.alice, note="Please look at the second action.")


def told(kind: str) -> list[str]:
    return sorted(Notification.objects.filter(kind=kind).values_list("address", flat=True))


def record_of(plan: ActionPlan, reader: Reader, *, party_id: UUID | None = None) -> list[str]:
    entries = timeline(aggregate=Aggregate.PLAN, aggregate_id=plan.pk, reader=reader, party_id=party_id)
    return [entry.sentence for entry in entries if entry.kind.startswith("guest_link")]


class TestSending:
    def test_sharing_with_a_party_that_was_typed_in_sends_its_contact_a_link(self, share: PlanShare):
        link = link_of(share)
        assert (link.email, link.name, link.person) == (ADDRESS, GRACE, None)
        assert link.expires_at - link.sent_at == timedelta(days=30)
        assert told("guest_link") == [ADDRESS]
        assert not User.objects.filter(email=ADDRESS).exists()

    def test_days_are_a_setting(self, story: Story, plan: ActionPlan, settings):
        settings.GUEST_LINK_DAYS = 3
        link = link_of(share_with_party(plan, story.alice))
        assert link.expires_at - link.sent_at == timedelta(days=3)

    def test_organisation_whose_people_log_in_gets_none(self, story: Story, plan: ActionPlan):
        share = share_with(plan, story.alice, story.customer)
        assert not share.guest_links.exists()
        with pytest.raises(Conflict, match="has an account here"):
            send_link(share_id=share.pk, actor=story.alice, name=GRACE, email=ADDRESS)

    def test_known_organisation_without_people_gets_one_where_the_site_sends_it(
        self, story: Story, plan: ActionPlan
    ):
        share = share_with(plan, story.alice, make_ngo())
        assert told("guest_link") == []
        link = send_link(
            share_id=share.pk, actor=story.alice, name="  Nora   Ngo ", email=" Nora@NGO.example "
        )
        assert (link.name, link.email) == ("Nora Ngo", "nora@ngo.example")
        assert told("guest_link") == ["nora@ngo.example"]

    @pytest.mark.parametrize(
        ("name", "email", "field"),
        [("  ", ADDRESS, "name"), (GRACE, "nowhere", "email"), (GRACE, "", "email")],
    )
    def test_what_is_wrong_is_said_beside_its_field(
        self, story: Story, share: PlanShare, name: str, email: str, field: str
    ):
        with pytest.raises(InvalidInput) as refused:
            send_link(share_id=share.pk, actor=story.alice, name=name, email=email)
        assert list(refused.value.fields) == [field]

    def test_nobody_of_the_site_gets_one_and_answers_in_anothers_name(self, story: Story, share: PlanShare):
        with pytest.raises(InvalidInput, match="Check what you entered") as refused:
            send_link(share_id=share.pk, actor=story.alice, name="Bob", email=person_of(story.bob).email)
        assert "your own organisation" in str(refused.value.fields["email"][0])

    def test_only_the_sites_writers_send_and_end(self, story: Story, share: PlanShare):
        link = link_of(share)
        guest = open_link(link)
        for actor in (story.carol, story.dora, guest, make_actor(story.other)):
            with pytest.raises(NotAllowed):
                send_link(share_id=share.pk, actor=actor, name=GRACE, email="x@union.example")
            with pytest.raises(NotAllowed):
                send_link_again(link_id=link.pk, actor=actor)
            with pytest.raises(NotAllowed):
                revoke_link(link_id=link.pk, actor=actor)
        assert GuestLink.objects.get().ended_at is None

    def test_a_newer_version_sends_the_link_again_and_keeps_it(
        self, story: Story, plan: ActionPlan, share: PlanShare
    ):
        before = link_of(share)
        write(plan, story.alice, actions="Repay by May.")
        share_with_party(plan, story.alice, share.organisation)
        after = link_of(share)
        assert (after.pk, link_token(after)) == (before.pk, link_token(before))
        assert after.expires_at > before.expires_at
        assert told("guest_link") == [ADDRESS, ADDRESS]

    def test_what_has_expired_is_replaced_by_another_link(self, story: Story, share: PlanShare):
        old = link_of(share)
        GuestLink.objects.update(sent_at=timezone.now() - timedelta(days=31), expires_at=timezone.now())
        new = send_link_again(link_id=old.pk, actor=story.alice)
        assert new.pk != old.pk
        assert GuestLink.objects.get(pk=old.pk).ended_at is not None
        assert not GuestLink.objects.open(timezone.now()).filter(pk=old.pk).exists()

    def test_it_is_on_the_sites_record_and_no_party_reads_of_it(
        self, story: Story, plan: ActionPlan, share: PlanShare
    ):
        link = link_of(share)
        open_link(link)
        send_link_again(link_id=link.pk, actor=story.bob)
        revoke_link(link_id=link.pk, actor=story.alice)
        assert record_of(plan, Reader.SITE) == [
            f"Sent {GRACE} ({ADDRESS}) a link to what is shared with Harvest Union",
            f"Opened, as {ADDRESS}, the link to what is shared with Harvest Union",
            f"Sent {GRACE} ({ADDRESS}) the link to what is shared with Harvest Union again",
            f"Ended the link of {ADDRESS} to what is shared with Harvest Union",
        ]
        assert record_of(plan, Reader.PARTY, party_id=share.organisation_id) == []
        assert record_of(plan, Reader.OPERATOR) == []
        assert verify().whole


class TestEnding:
    def test_ended_link_opens_nothing_and_is_not_sent_again(self, story: Story, share: PlanShare):
        link = link_of(share)
        revoke_link(link_id=link.pk, actor=story.alice)
        with pytest.raises(Conflict, match="does not open anything"):
            ask_for_code(link_id=link.pk)
        for again in (revoke_link, send_link_again):
            with pytest.raises(Conflict, match="ended"):
                again(link_id=link.pk, actor=story.alice)

    def test_withdrawing_the_share_ends_its_links(self, story: Story, share: PlanShare):
        link = link_of(share)
        withdraw_share(share_id=share.pk, actor=story.alice)
        assert GuestLink.objects.get(pk=link.pk).ended_at is not None
        with pytest.raises(Conflict, match="any more"):
            send_link(share_id=share.pk, actor=story.alice, name=GRACE, email=ADDRESS)

    def test_sharing_anew_after_that_is_another_link(self, story: Story, plan: ActionPlan, share: PlanShare):
        old = link_of(share)
        withdraw_share(share_id=share.pk, actor=story.alice)
        again = share_with_party(plan, story.alice, share.organisation)
        assert link_of(again).pk != old.pk

    def test_a_person_who_is_locked_out_is_kept_out_here_too(self, share: PlanShare):
        link = link_of(share)
        User.objects.create_user(ADDRESS, "a-long-enough-phrase", name="Grace", is_active=False)
        with pytest.raises(Conflict, match="does not open anything"):
            ask_for_code(link_id=link.pk)
        assert not GuestCode.objects.exists()


class TestSecrets:
    def test_token_leads_back_to_its_link_alone(self, share: PlanShare):
        link = link_of(share)
        token = link_token(link)
        assert link_id_of(token) == link.pk
        for other in ("", "x", token[:-1], token[1:], link.pk.hex, f"{link.pk.hex}.", token.upper()):
            assert link_id_of(other) is None

    def test_codes_differ_and_nothing_of_them_is_stored(self, share: PlanShare):
        link = link_of(share)
        codes = [ask_for_code(link_id=link.pk) for _number in range(3)]
        digits = {code_digits(code) for code in codes}
        assert len(digits) == 3
        assert all(len(each) == 8 and each.isdecimal() for each in digits)
        for values in GuestCode.objects.values_list():
            assert not any(each in str(value) for value in values for each in digits)


class TestMails:
    def test_link_mail_says_what_is_asked_until_when_and_that_a_code_opens_it(
        self, share: PlanShare, mailoutbox: list[EmailMessage]
    ):
        deliver_due()
        (mail,) = mailoutbox
        link = link_of(share)
        assert mail.to == [f"{GRACE} <{ADDRESS}>"]
        assert "shared its action plan" in mail.subject
        body = str(mail.body)
        assert address(link) in body
        assert "Please look at the second action." in body
        assert f"{link.expires_at:%-d %B %Y}" in body
        assert "a code sent to this address" in body
        assert Delivery.objects.get().text == ""  # not kept

    def test_code_mail_has_the_code_and_is_not_kept(self, share: PlanShare, mailoutbox: list[EmailMessage]):
        code = ask_for_code(link_id=link_of(share).pk)
        deliver_due()
        (mail,) = [each for each in mailoutbox if "code" in each.subject]
        digits = code_digits(code)
        assert f"{digits[:4]} {digits[4:]}" in str(mail.body)
        assert "15 minutes" in str(mail.body)
        kept = Delivery.objects.get(notification__kind="guest_code")
        assert (kept.state, kept.subject, kept.text, kept.html) == (Delivery.State.SENT, "", "", "")

    def test_nothing_is_sent_of_a_link_that_has_ended_meanwhile(
        self, story: Story, share: PlanShare, mailoutbox: list[EmailMessage]
    ):
        link = link_of(share)
        ask_for_code(link_id=link.pk)
        revoke_link(link_id=link.pk, actor=story.alice)
        deliver_due()
        assert mailoutbox == []

    def test_of_two_sendings_the_newest_alone_is_sent(
        self, story: Story, share: PlanShare, mailoutbox: list[EmailMessage]
    ):
        send_link_again(link_id=link_of(share).pk, actor=story.alice)
        deliver_due()
        assert len(mailoutbox) == 1
