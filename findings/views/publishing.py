"""Publishing an audit: what it will do, then the click that does it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import Conflict
from findings import policy, services
from findings.forms import PublishForm
from findings.models import Audit
from findings.scopes import scope_in_words
from findings.views.audits import visible_audit
from findings.views.lines import audit_line
from findings.views.preview import Outlook
from stakeholders import policy as people_policy
from stakeholders.forms import errors_in


@actor_required
@require_http_methods(["GET", "POST"])
def publish(request: ActorRequest, pk: UUID) -> HttpResponse:
    audit = visible_audit(request, pk)
    people_policy.require(
        policy.may_record_audit(request.actor),
        _("Only those who recorded the audit and the operator publish it."),
    )
    if not audit.is_draft:
        messages.info(request, _("This audit has been published."))
        return redirect("audit", pk)
    outlook = Outlook(services.preview_publication(audit_id=pk, actor=request.actor), request.actor)
    form = _form(outlook, request)
    if not form.is_valid():
        return _page(request, outlook, form)
    try:
        with errors_in(form):
            services.publish_audit(
                audit_id=pk,
                actor=request.actor,
                digest=form.cleaned_data["digest"],
                choices=form.choices_made(),
                decisions=form.decisions_made(),
            )
            messages.success(
                request, _("The audit has been published. Mails about its CARs are on their way.")
            )
            return redirect("audit", pk)
    except Conflict as conflict:
        return _look_again(request, pk, conflict.message)
    return _page(request, outlook, form)


def _form(outlook: Outlook, request: ActorRequest) -> PublishForm:
    return PublishForm(
        request.POST or None,
        choices=outlook.choices,
        decisions=outlook.decisions,
        initial={"digest": outlook.digest},
    )


def _look_again(request: ActorRequest, pk: UUID, sentence: str | Promise) -> HttpResponse:
    """The preview as it is now, what was chosen kept; Conflict again when there is nothing left to publish."""
    outlook = Outlook(services.preview_publication(audit_id=pk, actor=request.actor), request.actor)
    form = PublishForm(
        choices=outlook.choices,
        decisions=outlook.decisions,
        initial={**request.POST.dict(), "digest": outlook.digest},
    )
    return _page(request, outlook, form, changed=sentence, status=409)


def _page(
    request: ActorRequest,
    outlook: Outlook,
    form: PublishForm,
    *,
    changed: str | Promise = "",
    status: int = 200,
) -> HttpResponse:
    audit: Audit = outlook.audit
    context = {
        "audit": audit,
        "outlook": outlook,
        "form": form,
        "changed": changed,
        "parts": parts_of(outlook),
        "audit_line": audit_line(audit),
        "scope": scope_in_words(audit.scope),
        "cancel_url": reverse("audit", args=[audit.pk]),
    }
    return render(request, "findings/audit_publish.html", context, status=status)


def parts_of(outlook: Outlook) -> list[dict[str, object]]:
    """The lists of the preview that are not empty, each under its title."""
    parts = [
        (_("CARs that are raised"), outlook.raised),
        (_("CARs that are raised anew"), outlook.raised_anew),
        (_("CARs that are corrected"), outlook.corrected),
        (_("CARs that are superseded"), outlook.superseded),
        (_("CARs that are closed"), outlook.closed),
        (_("CARs that are left for the operator to decide"), outlook.left),
        (_("CARs that are no longer left to decide"), outlook.no_longer_left),
    ]
    return [{"title": title, "rows": rows} for title, rows in parts if rows]
