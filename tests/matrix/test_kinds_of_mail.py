"""What each kind of mail says of itself, held against one of everything: which CAR it is about, and whom it reaches."""

import pytest
from django.conf import settings
from django.utils import translation

from carportal.core.choices.groups import MailGroup
from carportal.core.models import Notification
from carportal.core.notifications import notification_kind
from carportal.web.mails.groups import groups_for
from stakeholders.models import Membership
from tests.matrix.world import World

pytestmark = pytest.mark.django_db


def test_mail_is_about_the_car_that_it_names(world: World) -> None:
    references = {finding.pk: finding.reference for finding in (world.finding, world.quiet)}
    seen = set()
    for notification in Notification.objects.all():
        kind = notification_kind(notification.kind)
        about = kind.about(notification.object_id)
        if kind.group == MailGroup.ACCOUNT:
            assert about == (None if kind.name == "invitation" else world.finding.pk), kind.name
            continue
        with translation.override(settings.LANGUAGE_CODE):
            mail = kind.render(notification)
        assert about is not None, kind.name
        assert references[about] in mail.subject + mail.text, kind.name
        seen.add(kind.name)
    assert len(seen) >= 15, sorted(seen)


def test_mail_reaches_those_alone_who_are_asked_about_its_group(world: World) -> None:
    people = set(
        world.personas[name].user.pk for name in world.personas if name not in {"nobody", "anonymous"}
    )
    reached = set()
    for notification in Notification.objects.filter(recipient__in=people):
        kind = notification_kind(notification.kind)
        if kind.group.is_chosen:
            members = Membership.objects.filter(user=notification.recipient_id)
            kinds = list(members.values_list("organisation__kind", flat=True))
            assert kind.group in groups_for(kinds), (kind.name, kinds)
            reached |= set(kinds)
    assert {"supplier", "customer", "ngo", "operator"} <= reached
