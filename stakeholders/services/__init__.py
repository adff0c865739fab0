"""Every write to people, organisations, sites and relationships."""

from stakeholders.services.guests import invite_guest, join_typed_in_party, may_be_joined, person_behind
from stakeholders.services.invitations import (
    accept_invitation,
    accept_invitation_with_new_account,
    invite,
    resend_invitation,
    revoke_invitation,
    send_prepared_invitation,
    send_prepared_invitations,
)
from stakeholders.services.mail import say_mail_works, say_own_mail_works
from stakeholders.services.many import (
    SiteToAdd,
    SupplierToAdd,
    ToInvite,
    add_sites,
    add_suppliers,
    prepare_invitations,
)
from stakeholders.services.members import change_role, remove_member
from stakeholders.services.operator import set_up_operator
from stakeholders.services.organisations import create_organisation, update_organisation
from stakeholders.services.parties import change_party, link_party, type_in_party
from stakeholders.services.people import set_may_log_in, update_profile
from stakeholders.services.relationships import add_relationship, change_visibility, end_relationship
from stakeholders.services.reminders import choose_reminders, put_back_reminders
from stakeholders.services.sites import create_site, update_site

__all__ = [
    "SiteToAdd",
    "SupplierToAdd",
    "ToInvite",
    "accept_invitation",
    "accept_invitation_with_new_account",
    "add_relationship",
    "add_sites",
    "add_suppliers",
    "change_party",
    "change_role",
    "change_visibility",
    "choose_reminders",
    "create_organisation",
    "create_site",
    "end_relationship",
    "invite",
    "invite_guest",
    "join_typed_in_party",
    "link_party",
    "may_be_joined",
    "person_behind",
    "prepare_invitations",
    "put_back_reminders",
    "remove_member",
    "resend_invitation",
    "revoke_invitation",
    "say_mail_works",
    "say_own_mail_works",
    "send_prepared_invitation",
    "send_prepared_invitations",
    "set_may_log_in",
    "set_up_operator",
    "type_in_party",
    "update_organisation",
    "update_profile",
    "update_site",
]
