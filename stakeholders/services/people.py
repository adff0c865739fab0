"""What people change about themselves."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from carportal.core.actor import Actor
from carportal.core.errors import NotAllowed
from stakeholders.models import Membership, User
from stakeholders.services.steps import invalid, lock_organisation, record


@transaction.atomic
def update_profile(*, actor: Actor, name: str, time_zone: str, language: str) -> User:
    """Change one's own name, time zone and language.

    A new name is in the record of every organisation that the person acts for, so that earlier entries
    under the old one can be understood; the other two concern nobody else.
    """
    if actor.user_id is None:
        raise NotAllowed(_("Log in to change your details."))
    organisation_ids = Membership.objects.filter(user=actor.user_id).values_list("organisation_id", flat=True)
    organisations = [lock_organisation(each) for each in sorted(organisation_ids)]
    user = User.objects.select_for_update(no_key=True).get(pk=actor.user_id)
    before = user.name
    user.name, user.time_zone, user.language = name.strip(), time_zone, language
    try:
        user.clean_fields(exclude=["password", "email"])
    except ValidationError as error:
        raise invalid(error.message_dict) from error
    user.save(update_fields=["name", "time_zone", "language"])
    if user.name != before:
        for organisation in organisations:
            record(organisation, "person_renamed", actor, personal={"before": before, "name": user.name})
    return user
