"""Whose threads and whose private notes an actor reads."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef

from actionplans.plans.models import ActionPlan
from actionplans.sharing.models import PlanShare
from actionplans.sharing.querysets import ShareQuerySet
from actionplans.support.models import SupportGrant
from carportal.core.actor import Actor

if TYPE_CHECKING:
    from actionplans.threads.models import Comment, PrivateNote


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, actor: Actor) -> "CommentQuerySet":
        """Those of the shares that the actor sees: the site's own, or one's own while it lasts.

        The operator's compliance staff read those along of plans whose site lets them, for as long as it does.
        """
        shares = PlanShare.objects.visible_to(actor)
        return self.filter(sent__share__in=shares_read_along(actor) if actor.is_operator else shares)

    def on(self, share: PlanShare) -> "CommentQuerySet":
        """The whole thread of a share, whichever of its versions was spoken of."""
        return self.filter(sent__share=share)

    def begun(self) -> "CommentQuerySet":
        """Without the answers."""
        return self.filter(answer_to=None)

    def open(self) -> "CommentQuerySet":
        return self.begun().filter(status="open")

    def open_about(self, plan: ActionPlan) -> "CommentQuerySet":
        """Across the shares of a plan that last: of one that was withdrawn nothing can be settled any more."""
        return self.open().filter(sent__share__plan=plan).exclude(sent__share__status="withdrawn")


class PrivateNoteQuerySet(models.QuerySet["PrivateNote"]):
    def visible_to(self, actor: Actor) -> "PrivateNoteQuerySet":
        """One's own organisation's, while it has the plan; nobody else's for anybody, the portal itself included."""
        if actor.organisation_id is None or actor.is_auditor or actor.is_operator:
            return self.none()
        own = self.filter(organisation=actor.organisation_id)
        if actor.is_supplier:
            return own.filter(plan__finding__supplier=actor.organisation_id)
        return own.filter(Exists(PlanShare.objects.visible_to(actor).filter(plan=OuterRef("plan"))))


def shares_read_along(actor: Actor) -> ShareQuerySet:
    """Those that last, of plans whose site lets the actor read along at this moment; for nobody but the operator."""
    if not actor.is_operator:
        return PlanShare.objects.none()
    return PlanShare.objects.live().filter(plan__support_grants__in=SupportGrant.objects.visible_to(actor))
