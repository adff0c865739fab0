"""A CAR that one person wants no mails about for a while; what that person sees and may do stays as it is."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from carportal.core.actor import Actor
from carportal.core.choices.services import keep_quiet
from carportal.core.errors import InvalidInput
from findings import policy
from findings.models import Finding
from stakeholders.policy import require

LONGEST = timedelta(days=366)  # so that nobody forgets it for good


@transaction.atomic
def snooze_car(*, finding_id: UUID, actor: Actor, until: date) -> None:
    """No mail to the actor about this CAR before that day; again sets another day.

    It is on no record: to the work on the CAR, and to everybody else, it makes no difference.
    """
    finding = Finding.objects.visible_to(actor).get(pk=finding_id)
    require(policy.may_snooze(actor), _("There are no mails about this CAR that you could snooze."))
    today = timezone.localdate()
    if not today < until <= today + LONGEST:
        sentence = _("Choose a day from tomorrow on, within a year.")
        raise InvalidInput(sentence, {"until": [sentence]})
    keep_quiet(actor=actor, finding_id=finding.pk, until=until)
