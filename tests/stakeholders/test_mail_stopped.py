"""Who learns that mail to a person does not arrive, what they do about it, and who never learns of it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from carportal.core.actor import Role
from carportal.core.bounces.models import MailAddress, Source, Trouble
from carportal.core.bounces.services import note_delivery, note_trouble
from carportal.core.delivery import deliver_due
from carportal.core.errors import DomainError, NotAllowed
from carportal.core.models import Delivery, Notification
from stakeholders import services
from stakeholders.acting import actor_of
from stakeholders.models import Invitation, Membership, Organisation, User
from tests.actionplans.pages import main_of, text_of
from tests.factories import PASSWORD, make_actor, make_customer, make_member, make_operator, make_user
from tests.parallel import at_once, errors
from tests.personas import Personas
from tests.stakeholders.record import sentences

pytestmark = pytest.mark.django_db


def stop(user: User, trouble: Trouble = Trouble.GONE) -> MailAddress:
    return note_trouble(address=user.email, trouble=trouble, at=timezone.now(), source=Source.SENDING)


def told() -> list[str]:
    return sorted(Notification.objects.filter(kind="mail_stopped").values_list("address", flat=True))


def is_in_trouble(user: User) -> bool:
    return MailAddress.objects.in_trouble().filter(address=user.email).exists()


def membership_of(user: User) -> Membership:
    return Membership.objects.get(user=user)


class TestWhoIsTold:
    def test_the_managers_of_the_person_are_told_once(self, personas: Personas) -> None:
        stop(personas.site.user)
        stop(personas.site.user)
        assert told() == ["site_manager@example.org"]
        assert sentences(personas.site.organisation) == [
            "Mail to Site Person (site@example.org) does not arrive. There is no such mailbox."
        ]

    def test_they_are_told_again_when_it_stops_again(self, personas: Personas) -> None:
        stop(personas.site.user)
        note_delivery(address="site@example.org", at=timezone.now())
        stop(personas.site.user)
        assert told() == ["site_manager@example.org"] * 2

    def test_where_the_only_manager_is_the_one_the_operators_managers_are(self, personas: Personas) -> None:
        stop(personas.site_manager.user)
        assert told() == ["admin@example.org"]

    def test_nobody_is_told_at_an_address_that_takes_no_mail(self, personas: Personas) -> None:
        make_member(
            personas.site.organisation, Role.MANAGER, user=make_user("second@example.org", name="Second")
        )
        stop(personas.site_manager.user)
        assert told() == ["second@example.org"]
        stop(personas.site.user)
        assert told() == ["second@example.org"] * 2

    def test_where_no_manager_is_left_there_the_operators_managers_are(self, personas: Personas) -> None:
        make_member(personas.site2.organisation, user=make_user("ed@example.org"))
        stop(personas.site2.user)
        stop(User.objects.get(email="ed@example.org"))
        assert told() == ["admin@example.org"] * 2

    def test_each_organisation_of_a_person_hears_of_itself_alone(
        self, personas: Personas, mailoutbox: list[EmailMessage]
    ) -> None:
        make_member(personas.ngo.organisation, Role.MANAGER, user=make_user("nina@example.org", name="Nina"))
        make_member(personas.ngo.organisation, user=personas.site.user)
        stop(personas.site.user)
        assert told() == ["nina@example.org", "site_manager@example.org"]
        deliver_due()
        texts = {each.to[0].partition("<")[2].strip(">"): str(each.body) for each in mailoutbox}
        assert "who acts for Fair Work Alliance." in texts["nina@example.org"]
        assert "Green Valley" not in texts["nina@example.org"]
        assert "who acts for Green Valley Foods." in texts["site_manager@example.org"]
        assert len(sentences(personas.ngo.organisation)) == len(sentences(personas.site.organisation)) == 1

    def test_a_person_who_acts_for_nobody_or_may_not_log_in_is_nobodys_matter(
        self, personas: Personas
    ) -> None:
        personas.site.user.is_active = False
        personas.site.user.save(update_fields=["is_active"])
        stop(personas.site.user)
        stop(personas.nobody.user)
        note_trouble(
            address="guest@example.org", trouble=Trouble.GONE, at=timezone.now(), source=Source.SENDING
        )
        assert told() == []

    def test_the_mail_says_what_to_do_and_leads_to_the_people(
        self, personas: Personas, mailoutbox: list[EmailMessage]
    ) -> None:
        stop(personas.site.user, Trouble.UNWANTED)
        assert deliver_due() == 1
        (mail,) = mailoutbox
        assert mail.subject == "Mail does not reach Site Person"
        text = str(mail.body)
        assert "Mail from this portal does not reach Site Person (site@example.org)" in text
        assert "Mail from this portal was marked there as unwanted (spam)." in text
        assert "Invite the person at the new one" in text
        assert f"{settings.SITE_URL}/organisation/#people" in text

    def test_it_is_not_sent_once_mail_arrives_again(
        self, personas: Personas, mailoutbox: list[EmailMessage]
    ) -> None:
        stop(personas.site.user)
        services.say_own_mail_works(actor=personas.site.actor)
        assert deliver_due() == 0
        assert not mailoutbox
        assert Delivery.objects.get(notification__kind="mail_stopped").state == "dropped"


class TestSayingThatItWorks:
    def test_a_manager_says_so_and_it_is_on_the_record(self, personas: Personas) -> None:
        stop(personas.site.user)
        page = personas.site_manager.client.post(
            reverse("member_mail_works", args=[membership_of(personas.site.user).pk]), follow=True
        )
        assert "Mail to site@example.org is sent again." in text_of(page)
        assert not is_in_trouble(personas.site.user)
        assert sentences(personas.site.organisation)[1:] == [
            "Mail to Site Person (site@example.org) is sent again"
        ]

    def test_the_person_says_so_itself(self, personas: Personas) -> None:
        stop(personas.site.user)
        page = personas.site.client.post(reverse("profile_mail_works"), follow=True)
        assert "Mail is sent to you again." in text_of(page)
        assert not is_in_trouble(personas.site.user)

    def test_saying_so_where_it_arrives_anyway_changes_nothing(self, personas: Personas) -> None:
        services.say_own_mail_works(actor=personas.site.actor)
        note_delivery(address="site@example.org", at=timezone.now())
        services.say_own_mail_works(actor=personas.site.actor)
        assert sentences(personas.site.organisation) == []

    def test_it_stays_so_when_an_earlier_refusal_is_heard_of_late(self, personas: Personas) -> None:
        before = timezone.now() - timedelta(minutes=5)
        stop(personas.site.user)
        services.say_own_mail_works(actor=personas.site.actor)
        note_trouble(address="site@example.org", trouble=Trouble.GONE, at=before, source=Source.SERVICE)
        assert not is_in_trouble(personas.site.user)

    @pytest.mark.parametrize("name", ["site", "site_viewer", "site2", "customer", "compliance", "nobody"])
    def test_nobody_else_says_so_of_a_colleague(self, personas: Personas, name: str) -> None:
        member = make_member(personas.site.organisation, user=make_user("cara@example.org"))
        stop(member.user)
        with pytest.raises(NotAllowed):
            services.say_mail_works(actor=personas[name].actor, membership_id=member.pk)
        assert is_in_trouble(member.user)

    def test_who_is_not_logged_in_has_no_address(self, personas: Personas) -> None:
        with pytest.raises(NotAllowed):
            services.say_own_mail_works(actor=personas.anonymous.actor)

    def test_who_said_so_is_on_no_other_organisations_record(self, personas: Personas) -> None:
        customer = make_customer()
        make_member(customer, user=personas.site.user)
        stop(personas.site.user)
        services.say_mail_works(
            actor=personas.site_manager.actor,
            membership_id=Membership.objects.get(
                user=personas.site.user, organisation=personas.site.organisation
            ).pk,
        )
        page = personas.admin.client.get(reverse("organisation_detail", args=[customer.pk]))
        assert "Mail to Site Person (site@example.org) is sent again" in text_of(page)
        assert "Site Manager" not in text_of(page)


class TestPages:
    def test_managers_see_it_beside_the_person(self, personas: Personas) -> None:
        stop(personas.site.user)
        page = personas.site_manager.client.get(reverse("organisation"))
        day = timezone.localdate()
        assert f"Mail does not arrive Since {day:%-d %B %Y}. There is no such mailbox." in text_of(page)
        assert "Some people get no mail from this portal" in text_of(page)
        url = reverse("member_mail_works", args=[membership_of(personas.site.user).pk])
        assert [form["action"] for form in main_of(page).all("form") if form["action"] == url] == [url]

    @pytest.mark.parametrize("name", ["site", "site_viewer", "compliance"])
    def test_others_who_see_the_people_do_not(self, personas: Personas, name: str) -> None:
        stop(personas.site_manager.user)
        url = reverse("organisation_detail", args=[personas.site.organisation.pk])
        text = text_of(personas[name].client.get(url, follow=True))
        assert "site_manager@example.org" in text
        assert "Mail does not arrive" not in text
        assert "get no mail" not in text

    @pytest.mark.parametrize(
        ("trouble", "advice"),
        [
            (Trouble.GONE, "Ask whoever looks after your mailbox."),
            (Trouble.UNWANTED, "Say in your mail program that mail from this portal is wanted."),
        ],
    )
    def test_the_person_sees_it_on_its_own_page(
        self, personas: Personas, trouble: Trouble, advice: str
    ) -> None:
        assert "has not reached you" not in text_of(personas.site.client.get(reverse("profile")))
        stop(personas.site.user, trouble)
        text = text_of(personas.site.client.get(reverse("profile")))
        assert "Mail from this portal has not reached you since" in text
        assert advice in text
        assert "It works again" in text

    def test_logging_in_says_so(self, personas: Personas, client) -> None:
        credentials = {"login": "site@example.org", "password": PASSWORD}
        page = client.post(reverse("account_login"), credentials, follow=True)
        assert "Mail from this portal does not reach you." not in page.content.decode()
        client.logout()
        stop(personas.site.user)
        page = client.post(reverse("account_login"), credentials, follow=True)
        assert "Mail from this portal does not reach you." in text_of(page)
        (banner,) = main_of(page).all("div", role="alert")
        assert banner.one("a")["href"] == reverse("profile")


class TestInvitations:
    def test_whoever_invites_sees_that_it_did_not_arrive(
        self, personas: Personas, supplier: Organisation, invitation: Invitation
    ) -> None:
        url = reverse("organisation_detail", args=[supplier.pk])
        assert "Mail does not arrive" not in text_of(personas.compliance.client.get(url))
        note_trouble(address=invitation.email, trouble=Trouble.GONE, at=timezone.now(), source=Source.SENDING)
        text = text_of(personas.compliance.client.get(url))
        assert "Mail does not arrive Since" in text
        assert "Check the address. Invite the right one, or send this again once it takes mail." in text

    def test_but_not_what_mail_of_others_met_before(self, personas: Personas) -> None:
        note_trouble(
            address="new@example.org",
            trouble=Trouble.GONE,
            at=timezone.now() - timedelta(days=3),
            source=Source.SENDING,
        )
        services.invite(
            actor=personas.site_manager.actor,
            organisation_id=personas.site.organisation.pk,
            email="new@example.org",
            role=Role.VIEWER,
        )
        page = text_of(personas.site_manager.client.get(reverse("organisation")))
        assert "new@example.org" in page
        assert "Mail does not arrive" not in page

    def test_it_is_tried_where_mail_did_not_arrive(
        self, invitation: Invitation, mailoutbox: list[EmailMessage]
    ) -> None:
        note_trouble(address=invitation.email, trouble=Trouble.GONE, at=timezone.now(), source=Source.SERVICE)
        assert deliver_due() == 1
        assert mailoutbox[0].to == [invitation.email]


def test_a_new_password_can_be_asked_for_where_mail_did_not_arrive(
    personas: Personas, client, mailoutbox: list[EmailMessage]
) -> None:
    stop(personas.site_manager.user)
    client.post(reverse("account_reset_password"), {"email": "site_manager@example.org"})
    deliver_due()
    assert [each.to for each in mailoutbox if "password" in each.subject] == [
        ["Site Manager Person <site_manager@example.org>"]
    ]


@pytest.mark.django_db(transaction=True)
def test_two_managers_of_two_organisations_say_so_at_once() -> None:
    make_operator()
    user, organisations = make_user("ada@example.org", name="Ada"), [make_customer(), make_customer()]
    calls = []
    for organisation in organisations:
        manager, member = make_actor(organisation, Role.MANAGER), make_member(organisation, user=user)
        calls.append(
            lambda actor=manager, pk=member.pk: services.say_mail_works(actor=actor, membership_id=pk)
        )
    stop(user)
    assert not errors(at_once(*calls, lambda: services.say_own_mail_works(actor=actor_of(user))))
    assert not is_in_trouble(user)
    for organisation in organisations:
        assert len(sentences(organisation)) == 2


@pytest.mark.django_db(transaction=True)
def test_two_addresses_of_the_same_organisations_stop_at_once() -> None:
    organisations = [make_customer(), make_customer()]
    people = [make_user(), make_user()]
    for organisation in organisations:
        make_actor(organisation, Role.MANAGER)
    for user, order in zip(people, (organisations, organisations[::-1]), strict=True):
        for organisation in order:
            make_member(organisation, user=user)
    outcomes = at_once(*[lambda user=user: stop(user) for user in people])
    assert not [each for each in outcomes if isinstance(each, DomainError)]
    assert len(told()) == 4
