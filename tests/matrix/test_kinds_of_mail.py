"""What each kind of mail says of itself, held against one of everything: which CAR it is about, and whom it reaches."""

import pytest

from carportal.core.actor import OrganisationKind
from carportal.core.models import Notification
from carportal.core.notifications import notification_kind
from carportal.web.mails.groups import groups_for
from stakeholders.models import Membership
from tests.kinds_of_mail import kinds_about_the_cars_that_they_name
from tests.matrix.world import World

pytestmark = pytest.mark.django_db


def test_mail_is_about_the_car_that_it_names(world: World) -> None:
    assert len(kinds_about_the_cars_that_they_name()) >= 12
    of_guests = Notification.objects.filter(kind__in=["guest_link", "guest_code"])
    abouts = {notification_kind(each.kind).about(each.object_id) for each in of_guests}
    assert abouts == {world.finding.pk}


def test_mail_reaches_those_alone_who_are_asked_about_its_group(world: World) -> None:
    reached = set()
    for notification in Notification.objects.filter(recipient__memberships__isnull=False).distinct():
        kind = notification_kind(notification.kind)
        if kind.group.is_chosen:
            members = Membership.objects.filter(user=notification.recipient_id)
            kinds = [OrganisationKind(kind) for kind in members.values_list("organisation__kind", flat=True)]
            assert kind.group in groups_for(kinds), (kind.name, kinds)
            reached |= set(kinds)
    assert {"supplier", "customer", "ngo", "operator"} <= reached
