"""Which roles an organisation has, and what each may do in plain words."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import OrganisationKind, Role


class RoleName(TextChoices):
    """The roles by a short name, as it stands within a sentence."""

    VIEWER = Role.VIEWER.value, _("viewer")
    EDITOR = Role.EDITOR.value, _("editor")
    MANAGER = Role.MANAGER.value, _("manager")
    COMPLIANCE = Role.COMPLIANCE.value, _("compliance staff")


EXPLANATIONS: dict[Role, str | Promise] = {
    Role.VIEWER: _("Reads what your organisation sees, and changes nothing."),
    Role.EDITOR: _("Reads, writes and replies for your organisation."),
    Role.MANAGER: _(
        "Does all that an editor does, and invites and removes people. At a supplier, also says what each customer sees."
    ),
    Role.COMPLIANCE: _("Does all that an editor does, and looks after organisations, sites and audits."),
}


def roles_of(kind: OrganisationKind) -> list[Role]:
    """Compliance staff are the operator's; every organisation has the other roles."""
    everywhere = [Role.VIEWER, Role.EDITOR, Role.MANAGER]
    return [*everywhere, Role.COMPLIANCE] if kind == OrganisationKind.OPERATOR else everywhere
