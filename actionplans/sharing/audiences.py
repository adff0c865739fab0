"""As whom somebody reads a revision; everything a reader gets is `annex.render(revision, audience, locale)`."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from actionplans.annex import Audience
from actionplans.plans.models import ActionPlan, Revision
from actionplans.sharing.models import SharedRevision


def as_party(sent: SharedRevision) -> Audience:
    """The party it was sent to, and the site when it looks at what that party sees."""
    return Audience(
        organisation_id=sent.share.organisation_id,
        typed_in_as=sent.share.typed_in_as_id,
        asks=sent.asks,
        note=sent.note,
        since=sent.sent_at,
        since_label=_("Shared on"),
    )


def as_reader(plan: ActionPlan, organisation_id: UUID | None) -> Audience:
    """Whoever reads the published plan by its relationship with the site, and the operator."""
    return Audience(organisation_id=organisation_id, since=plan.published_at, since_label=_("Published on"))


def as_site(revision: Revision) -> Audience:
    return Audience(is_site=True, since=revision.frozen_at, since_label=_("Version of"))
