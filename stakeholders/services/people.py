"""What people change about themselves, and whether they may log in."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from carportal.core.actor import Actor
from carportal.core.choices.services import follow_time_zone
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from stakeholders import policy
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
    before, zone_before = user.name, user.time_zone
    user.name, user.time_zone, user.language = name.strip(), time_zone, language
    try:
        user.clean_fields(exclude=["password", "email"])
    except ValidationError as error:
        raise invalid(error.message_dict) from error
    user.save(update_fields=["name", "time_zone", "language"])
    if user.time_zone != zone_before:
        follow_time_zone(person_id=user.pk)
    if user.name != before:
        for organisation in organisations:
            record(organisation, "person_renamed", actor, personal={"before": before, "name": user.name})
    return user


@transaction.atomic
def set_may_log_in(*, actor: Actor, user_id: UUID, may_log_in: bool) -> User:
    """Let a person log in, or no longer: from its next request on; memberships and what it wrote stay.

    It is in the record of every organisation that the person acts for, and in the operator's own, so that it
    is somewhere even for a person who acts for none.
    """
    policy.require(policy.may_change_logins(actor), _("Only a manager of the operator says who may log in."))
    if user_id == actor.user_id:
        sentence = _("You cannot lock yourself out. Ask another manager.")
        raise InvalidInput(sentence, {"is_active": [sentence]})
    concerned = set(Membership.objects.filter(user=user_id).values_list("organisation_id", flat=True))
    concerned |= {actor.organisation_id} if actor.organisation_id else set()
    organisations = [lock_organisation(each) for each in sorted(concerned)]
    user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    if user is None:
        raise Conflict(_("This person is no longer there."))
    if user.is_active == may_log_in:
        return user
    user.is_active = may_log_in
    user.save(update_fields=["is_active"])
    kind = "person_let_in" if may_log_in else "person_locked_out"
    for organisation in organisations:
        record(organisation, kind, actor, personal={"person": user.name})
    return user
