"""What kinds of mail say of themselves, held against the mails of a scene."""

from django.conf import settings
from django.utils import translation

from carportal.core.choices.groups import MailGroup
from carportal.core.models import Notification
from carportal.core.notifications import notification_kind
from findings.models import Finding


def kinds_about_the_cars_that_they_name() -> set[str]:
    """The kinds of all mails about CARs that are owed; fails for one that says another CAR than its mail names."""
    references = dict(Finding.objects.values_list("pk", "reference"))
    found = set()
    for notification in Notification.objects.all():
        kind = notification_kind(notification.kind)
        if kind.group == MailGroup.ACCOUNT or kind.name.startswith("test_"):
            continue
        about = kind.about(notification.object_id)
        with translation.override(settings.LANGUAGE_CODE):
            mail = kind.render(notification)
        assert about is not None, kind.name
        assert references[about] in mail.subject + mail.text, kind.name
        found.add(kind.name)
    return found
