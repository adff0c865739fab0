"""Saved views: the list of those that one sees, and what is done with each."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from carportal.core.decorators import ActorRequest, actor_required
from findings.filters import Filters, Viewpoint
from findings.forms.saved import ViewForm
from findings.models import SavedView
from findings.saved import policy
from findings.saved.places import place_for
from findings.saved.queries import url_of
from findings.saved.services import change_view, remove_view, save_view
from stakeholders.forms import errors_in


@actor_required
@require_GET
def saved_views(request: ActorRequest) -> HttpResponse:
    """All of them, with who made each and what can be done with it."""
    actor = request.actor
    rows = [
        (view, place_for(actor, view.place), policy.may_change(actor, view))
        for view in SavedView.objects.visible_to(actor).select_related("made_by")
    ]
    return render(request, "findings/saved/list.html", {"rows": rows})


@actor_required
@require_GET
def open_view(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The page as it was saved: an address that stays when the view is given another name."""
    view = get_object_or_404(SavedView.objects.visible_to(request.actor), pk=pk)
    place = place_for(request.actor, view.place)
    if place is None:
        raise Http404
    return redirect(url_of(view, place))


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: ActorRequest, place: str) -> HttpResponse:
    """What is chosen stands in the address, as on the page that it comes from."""
    actor = request.actor
    policy.check_saves(actor)
    page = place_for(actor, place)
    if page is None:
        raise Http404
    filters = Filters(Viewpoint(actor, timezone.localdate()), request.GET.dict())
    form = ViewForm(request.POST if request.method == "POST" else None, may_share=policy.may_share(actor))
    if form.is_valid():
        with errors_in(form):
            view = save_view(actor=actor, place=page, filters=filters, naming=form.naming)
            messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
            return redirect("view_open", view.pk)
    context = {"form": form, "filters": filters, "cancel_url": filters.url(page.url_name)}
    return render(request, "findings/saved/save.html", context)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: ActorRequest, pk: UUID) -> HttpResponse:
    actor = request.actor
    view = get_object_or_404(SavedView.objects.visible_to(actor), pk=pk)
    policy.check_changes(actor, view)
    form = ViewForm(
        request.POST if request.method == "POST" else None,
        initial={"name": view.name, "is_shared": view.is_shared},
        may_share=policy.may_choose_sharing(actor, view),
    )
    if form.is_valid():
        with errors_in(form):
            change_view(view_id=view.pk, actor=actor, naming=form.naming)
            messages.success(request, _("The view is changed."))
            return redirect("saved_views")
    context = {"form": form, "view": view, "cancel_url": reverse("saved_views")}
    return render(request, "findings/saved/change.html", context)


@actor_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: ActorRequest, pk: UUID) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.visible_to(request.actor), pk=pk)
    policy.check_changes(request.actor, view)
    if request.method == "POST":
        remove_view(view_id=view.pk, actor=request.actor)
        messages.success(request, _("The view is removed."))
        return redirect("saved_views")
    context = {"view": view, "cancel_url": reverse("saved_views")}
    return render(request, "findings/saved/remove.html", context)
