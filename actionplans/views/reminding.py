"""Reminding those whose reply is awaited on CARs that were chosen on a list."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from actionplans.updates import policy
from actionplans.updates.asking import MOST, outlook_of
from actionplans.updates.services import Reminded, remind_of_replies
from carportal.core.decorators import ActorRequest, actor_required
from findings.filters import Viewpoint
from findings.sections import Section
from findings.selecting import Selection
from findings.views.selections import selection_page
from stakeholders.policy import require


def remind_act(request: ActorRequest, selection: Selection) -> Section | None:
    """Registered with `findings.selecting`: what a reminder would do, for who may send one."""
    if not policy.may_remind_parties(request.actor):
        return None
    outlook = outlook_of(request.actor, selection.findings)
    context = {
        "outlook": outlook,
        "nobody_waits": selection.count - len({each.finding_id for each in outlook.awaited}),
        "most": MOST,
        "query": selection.query,
    }
    return Section("actionplans/selected_remind.html", context, rank=20)


@actor_required
@require_POST
def selection_remind(request: ActorRequest) -> HttpResponse:
    """What leaves is what the page showed; where that has changed meanwhile, the page comes again."""
    require(
        policy.may_remind_parties(request.actor),
        _("Only a site’s editors and managers and the compliance staff of this portal remind of a reply."),
    )
    chosen = Selection(Viewpoint(request.actor, timezone.localdate()), request.POST)
    if not chosen.count:
        messages.warning(request, _("What you chose is not there any more, or not for you. Choose again."))
        return redirect(chosen.filters.url())
    outlook = outlook_of(request.actor, chosen.findings)
    if outlook.is_too_long or outlook.digest != request.POST.get("seen"):
        return selection_page(
            request, chosen, _("What a reminder would do has changed since this page was opened.")
        )
    reminded = remind_of_replies(actor=request.actor, share_ids=[each.share_id for each in outlook.to_remind])
    messages.success(request, _told(reminded))
    return redirect(chosen.filters.url())


def _told(reminded: Reminded) -> str:
    told = ngettext("%(n)s reminder is on its way.", "%(n)s reminders are on their way.", reminded.people) % {
        "n": reminded.people
    }
    if not reminded.left_out:
        return told
    left_out = ngettext(
        "%(n)s reply is not awaited any more, so nobody is reminded of it.",
        "%(n)s replies are not awaited any more, so nobody is reminded of them.",
        reminded.left_out,
    ) % {"n": reminded.left_out}
    return f"{told} {left_out}"
