"""A new portal: the operator and its first manager come from a command, and from nowhere else."""

from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from carportal.core.actor import SYSTEM, OrganisationKind, Role
from carportal.core.delivery import deliver_due
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from stakeholders import services
from stakeholders.models import Invitation, Membership, Organisation
from tests.factories import PASSWORD, make_actor, make_member, make_operator, make_supplier
from tests.stakeholders.invited import expire, link_of
from tests.stakeholders.record import sentences

pytestmark = pytest.mark.django_db

MANAGER = "first.manager@example.org"


def set_up(*, name: str = "Fair Portal", reference: str = "ZC1000000", email: str = MANAGER) -> Invitation:
    return services.set_up_operator(actor=SYSTEM, name=name, reference=reference, email=email)


def create_operator(*arguments: str) -> str:
    said = StringIO()
    call_command("create_operator", *arguments, stdout=said)
    return said.getvalue()


def test_first_manager_comes_in_by_the_mail_and_looks_after_the_portal(
    mailoutbox: list[EmailMultiAlternatives],
) -> None:
    said = create_operator("Fair Portal", "zc 1000000", "First.Manager@example.org")
    deliver_due()
    (mail,) = mailoutbox
    (invitation,) = Invitation.objects.all()
    assert mail.to == [MANAGER]
    assert "You are invited to act for Fair Portal" in mail.body
    assert link_of(invitation) in mail.body
    assert said == (
        f"Fair Portal runs this portal. An invitation goes to {MANAGER} as soon as a worker runs; "
        f"it is good for {settings.INVITATION_DAYS} days.\n"
    )
    client = Client()
    client.post(link_of(invitation), {"name": "Ada", "password": PASSWORD})
    member = Membership.objects.get(user__email=MANAGER)
    assert (member.role, member.organisation.kind) == (Role.MANAGER, OrganisationKind.OPERATOR)
    assert client.get("/organisations/new/").status_code == 200


def test_record_begins_with_what_the_portal_itself_did() -> None:
    operator = set_up().organisation
    assert sentences(operator) == [
        "Added Fair Portal (Operator of this portal, ZC1000000)",
        f"Invited {MANAGER} as manager",
    ]


def test_it_is_done_again_as_long_as_nobody_has_joined() -> None:
    earlier = set_up(name="Fare Portal")
    expire(earlier)
    later = set_up(email="other@example.org")
    again = set_up(email="other@example.org")
    assert Organisation.objects.get().name == "Fair Portal"
    assert list(Invitation.objects.pending(timezone.now())) == [again]
    assert Invitation.objects.filter(revoked_at=None).count() == 1
    assert again.expires_at
    assert later.expires_at
    assert again.expires_at - later.expires_at < timedelta(minutes=1)


def test_once_somebody_has_joined_the_portal_has_its_operator() -> None:
    make_member(make_operator(), Role.VIEWER)
    with pytest.raises(Conflict, match="Portal Operations Ltd runs this portal already"):
        set_up()
    with pytest.raises(CommandError, match="Ask one of its managers for an invitation"):
        create_operator("Another", "ZC1000001", MANAGER)
    assert Organisation.objects.count() == 1
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"name": " "}, "name"), ({"reference": "1000"}, "reference"), ({"email": "me"}, "email")],
)
def test_what_cannot_be_taken_is_named_and_leaves_nothing(wrong: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        set_up(**wrong)
    assert list(refused.value.fields) == [field]
    assert not Organisation.objects.exists()
    given = {"name": "Fair Portal", "reference": "ZC1000000", "email": MANAGER, **wrong}
    with pytest.raises(CommandError, match=f"^{field}: "):
        create_operator(*given.values())


def test_reference_of_another_organisation_is_refused() -> None:
    supplier = make_supplier()
    with pytest.raises(InvalidInput, match="Check what you entered") as refused:
        set_up(reference=supplier.reference)
    assert refused.value.fields == {"reference": ["Another organisation has this reference."]}


def test_nobody_of_the_portal_sets_up_its_operator() -> None:
    with pytest.raises(NotAllowed):
        services.set_up_operator(
            actor=make_actor(make_operator(), Role.MANAGER), name="Mine", reference="ZC1000009", email=MANAGER
        )
