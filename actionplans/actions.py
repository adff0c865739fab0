"""What can be done about the plan of a CAR, by whom, and what of it comes next."""

from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actionplans.models import ActionPlan, PlanShare, ShareStatus
from actionplans.plans import policy
from actionplans.sharing import policy as sharing_policy
from actionplans.standing import Standing, earlier_plans, plan_of, standing_of
from carportal.core.actor import Actor
from carportal.core.prepared import prepared
from carportal.core.together import Reads
from findings.actions import Action
from findings.models import Finding

# Step 1 of the process (rank 10 to 29) is for `findings`; then comes the plan in the order of its steps.
WRITE, SHARE, PUBLISH, UPLOAD, READ = 30, 40, 50, 60, 80
REPLY = 10


def plan_actions(finding: Finding, actor: Actor) -> Reads[list[Action]]:
    """Registered with `findings.actions`."""
    if actor.is_auditor or actor.organisation_id is None:
        return []
    if policy.is_own(actor, finding):
        return _for_site(finding, actor)
    if actor.is_operator:
        plan = plan_of(finding)
        return [_read_published(finding)] if plan is not None and plan.published_id else []
    return (yield from _for_party(finding, actor))


def _url(name: str, finding: Finding) -> str:
    return reverse(name, args=[finding.pk])


def _read_published(finding: Finding) -> Action:
    return Action(_("Read the published plan"), _url("plan", finding), rank=READ)


# --- The site -------------------------------------------------------------------------------------


def _for_site(finding: Finding, actor: Actor) -> list[Action]:
    standing = standing_of(finding)
    if not policy.may_write_now(actor, finding):
        label = _("Read the action plan")
        return [Action(label, _url("plan", finding), rank=READ)] if standing else []
    if standing is None:
        return _to_begin(finding)
    actions = [
        _write(finding, standing),
        _share(finding, standing),
        _publish(finding, standing),
        _upload(finding, standing),
    ]
    plan_page = Action(_("See the plan and where it stands"), _url("plan", finding), rank=READ)
    return [*(action for action in actions if action is not None), plan_page]


def _to_begin(finding: Finding) -> list[Action]:
    write = Action(
        _("Write the action plan"),
        _url("plan_edit", finding),
        primary=True,
        rank=WRITE + 1,
        reason=_(
            "A short plan in the form of the Annex: the cause, who needs to be involved, what you propose."
        ),
    )
    earlier = earlier_plans(finding)
    if not earlier:
        return [write]
    carry_on = Action(
        _("Carry the earlier plan on"),
        _url("plan_carry_on", finding),
        primary=True,
        rank=WRITE,
        reason=_("You wrote a plan for %(reference)s, whose place this CAR has taken. Go on from there.")
        % {"reference": earlier[0].finding.reference},
    )
    return [carry_on, write]


def _write(finding: Finding, standing: Standing) -> Action:
    url = _url("plan_edit", finding)
    wishes = standing.shares_in(ShareStatus.CHANGES_REQUESTED)
    if wishes and not any(standing.changed_since(share.revision) for share in wishes):
        return Action(
            _("Edit the plan"),
            url,
            primary=True,
            rank=WRITE,
            title=_("Look at the changes that were asked for"),
            reason=_("%(parties)s asks for changes. They are a wish: what goes into the plan, you decide.")
            % {"parties": ", ".join(share.organisation.name for share in wishes)},
        )
    missing = standing.missing_to_share or standing.missing_to_publish
    shared_or_published = standing.shares or standing.is_published
    if missing and (standing.missing_to_share or shared_or_published):
        return Action(
            _("Go on writing the plan"),
            url,
            primary=True,
            rank=WRITE,
            title=_("Complete the action plan"),
            reason=ngettext("%(n)s field is still empty.", "%(n)s fields are still empty.", len(missing))
            % {"n": len(missing)},
        )
    return Action(_("Edit the plan"), url, rank=WRITE)


def _share(finding: Finding, standing: Standing) -> Action | None:
    if standing.missing_to_share:
        return None
    url = _url("plan_share", finding)
    if standing.shares:
        return Action(_("Share the plan again or with others"), url, rank=SHARE)
    return Action(
        _("Share the plan"),
        url,
        primary=not standing.is_published,
        rank=SHARE,
        title=_("Share the plan with the customers you choose"),
        reason=_(
            "Each is asked only what you ask of it, and none learns of another. An outline is enough to begin with."
        ),
    )


def _publish(finding: Finding, standing: Standing) -> Action | None:
    if standing.missing_to_publish or (standing.is_published and not standing.changed_since_published):
        return None
    url = _url("plan_publish", finding)
    if standing.is_published:
        return Action(
            _("Publish the newer version"),
            url,
            primary=True,
            rank=UPLOAD + 1,
            reason=_("The draft has changed since you published it."),
        )
    awaited = len(standing.shares_in(ShareStatus.AWAITING, ShareStatus.ACKNOWLEDGED))
    reason = _("Publishing moves the CAR from open to in progress.")
    if standing.is_confirmed:
        reason = f"{_('Everyone whom you asked has confirmed it.')} {reason}"
    elif awaited:
        waiting = ngettext(
            "%(n)s answer is awaited; you can publish before it comes.",
            "%(n)s answers are awaited; you can publish before they come.",
            awaited,
        ) % {"n": awaited}
        reason = f"{reason} {waiting}"
    return Action(_("Publish the plan"), url, primary=bool(standing.shares), rank=PUBLISH, reason=reason)


def _upload(finding: Finding, standing: Standing) -> Action | None:
    if not standing.is_published:
        return None
    url = _url("plan_uploaded", finding)
    if standing.plan.uploaded_on:
        return Action(_("Change the day of the upload to Sedex"), url, rank=UPLOAD)
    return Action(
        _("Note the upload to Sedex"),
        url,
        primary=True,
        rank=UPLOAD,
        reason=_("Upload the plan's PDF on Sedex, then note the day here."),
    )


# --- Customers and other stakeholders ---------------------------------------------------------------


def _for_party(finding: Finding, actor: Actor) -> Reads[list[Action]]:
    plan = plan_of(finding)
    if plan is None:
        return []
    mine = [share for share in plan.shares.all() if sharing_policy.is_party(actor, share)]
    actions = [_of_share(finding, share, actor) for share in mine if share.status != ShareStatus.WITHDRAWN]
    if (yield from _reads_published(plan, actor)):
        actions.append(_read_published(finding))
    return actions


def _of_share(finding: Finding, share: PlanShare, actor: Actor) -> Action:
    url = reverse("share", args=[share.pk])
    share.plan.finding = finding
    waits = share.status in {ShareStatus.AWAITING, ShareStatus.ACKNOWLEDGED}
    if waits and sharing_policy.may_reply_now(actor, share):
        return Action(
            _("Read the plan and reply"),
            url,
            primary=True,
            rank=REPLY,
            title=_("Reply to the site's action plan"),
            reason=_("The site asks for your answer. A CAR is no ground to reduce orders."),
        )
    return Action(_("Read the plan that was shared with you"), url, rank=READ)


def _reads_published(plan: ActionPlan, actor: Actor) -> Reads[bool]:
    if plan.published_id is None:
        return False
    readable = _readable(actor, plan.pk)
    yield [readable]
    return bool(readable)


@prepared
def _readable(actor: Actor, plan_id: UUID) -> QuerySet[ActionPlan, tuple[UUID]]:
    return ActionPlan.objects.visible_to(actor).filter(pk=plan_id).values_list("pk")
