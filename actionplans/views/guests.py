"""The way of a guest: from the link in the mail, by a code sent to the same address, to the one share and out again.

The link's token stands in the address for one redirect; after that a session without login remembers which link it
was. What has expired, was ended or never was looks the same.
"""

from typing import cast
from uuid import UUID

from allauth.core.internal.ratelimit import consume, respond_429
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from actionplans.guests.acting import GUEST_KEY
from actionplans.guests.forms import CodeForm
from actionplans.guests.models import GuestLink
from actionplans.guests.secrets import link_id_of
from actionplans.guests.services import LinkIsOver, ask_for_code, ask_to_join, enter_code, make_account
from actionplans.models import PlanShare
from actionplans.views.forms import add_errors
from carportal.core.actor import Actor
from carportal.core.decorators import ActorRequest
from carportal.core.errors import InvalidInput
from stakeholders.acting import ORGANISATION_KEY
from stakeholders.forms import NewAccountForm, errors_in
from stakeholders.models import User
from stakeholders.services import may_be_joined
from stakeholders.views.accounts import throttled

# The session's keys before a code has opened anything: the link that was followed, and the code that was asked for.
FOLLOWED_KEY, CODE_KEY = "guest_followed", "guest_code_id"


@require_GET
def guest_link(request: HttpRequest, token: str) -> HttpResponse:
    """Takes the token out of the address at once; that programs which look into mails come here does nothing."""
    link_id = link_id_of(token)
    request.session[FOLLOWED_KEY] = str(link_id) if link_id else ""
    request.session.pop(CODE_KEY, None)
    response = redirect("guest")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@throttled
@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: HttpRequest) -> HttpResponse:
    """Has a code sent, by a button alone."""
    link = _followed(request)
    if link is None:
        return _over(request)
    if _reads(request, link):
        return redirect("share", link.share_id)
    if request.user.is_authenticated:
        return render(request, "actionplans/guests/logged_in.html", {"link": link}, status=403)
    if request.method != "POST":
        return render(request, "actionplans/guests/ask.html", {"link": link})
    if not (
        _counted(request, "ask_by_link", str(link.pk)) and _counted(request, "ask_by_address", link.email)
    ):
        return respond_429(request)
    try:
        code = ask_for_code(link_id=link.pk)
    except LinkIsOver:
        return _over(request)
    request.session[CODE_KEY] = str(code.pk)
    return redirect("guest_code")


@throttled
@sensitive_post_parameters("digits")
@require_http_methods(["GET", "HEAD", "POST"])
def guest_code(request: HttpRequest) -> HttpResponse:
    """The code is good only in the browser that asked for it."""
    link = _followed(request)
    if link is None:
        return _over(request)
    code_id = request.session.get(CODE_KEY)
    if code_id is None or _reads(request, link) or request.user.is_authenticated:
        return redirect("guest")
    form = CodeForm(request.POST if request.method == "POST" else None, initial={"name": link.name})
    if form.is_valid():
        if not _counted(request, "enter", str(link.pk)):
            return respond_429(request)
        try:
            opened = enter_code(code_id=UUID(code_id), **form.cleaned_data)
        except LinkIsOver:
            return _over(request)
        except InvalidInput as error:
            add_errors(form, error)
        else:
            return _let_in(request, opened)
    return render(request, "actionplans/guests/code.html", {"link": link, "form": form})


@require_POST
def guest_leave(request: HttpRequest) -> HttpResponse:
    """Closes what the code has opened; who is logged in has nothing to leave."""
    if _actor(request).is_guest:
        request.session.flush()
        messages.success(
            request,
            _("You have left. The link in the e-mail leads back, with a new code, as long as it is good."),
        )
    return redirect("account_login")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def guest_account(request: HttpRequest) -> HttpResponse:
    """The guest's person becomes an account, and acts for the party; one that has an account is invited."""
    actor = _actor(request)
    if actor.guest_pass is None:
        raise Http404
    share = PlanShare.objects.visible_to(actor).select_related("organisation").get()
    person = get_object_or_404(User, pk=actor.user_id)
    context = {"share": share, "person": person, "may_join": may_be_joined(share.organisation)}
    if person.has_usable_password():
        return _with_account(request, context)
    data = request.POST if request.method == "POST" else None
    form = NewAccountForm(data, initial={"name": person.name})
    if form.is_valid():
        with errors_in(form):
            membership = make_account(actor=actor, **form.cleaned_data)
            request.session.flush()
            login(request, membership.user)
            request.session[ORGANISATION_KEY] = str(membership.organisation_id)
            sentence = _("Welcome. You now act for %(organisation)s.")
            messages.success(request, sentence % {"organisation": membership.organisation.name})
            return redirect("share", share.pk)
    return render(request, "actionplans/guests/account.html", context | {"form": form})


def _with_account(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    if request.method == "POST":
        invitation = ask_to_join(actor=_actor(request))
        messages.success(
            request,
            _("An invitation to %(email)s is on its way. Log in to accept it.") % {"email": invitation.email},
        )
        return redirect("guest_account")
    return render(request, "actionplans/guests/invited.html", context)


def _actor(request: HttpRequest) -> Actor:
    return cast("ActorRequest", request).actor


def _followed(request: HttpRequest) -> GuestLink | None:
    """The link that this session has followed, if it opens anything."""
    link_id = request.session.get(FOLLOWED_KEY)
    if not link_id:
        return None
    links = GuestLink.objects.open(timezone.now()).select_related("share__plan__finding__site__supplier")
    link = links.filter(pk=link_id).first()
    if link is None or User.objects.filter(email=link.email, is_active=False).exists():
        return None
    return link


def _reads(request: HttpRequest, link: GuestLink) -> bool:
    """Whether the share is open to who asks already: to the guest itself, or to somebody who acts for the party."""
    return PlanShare.objects.visible_to(_actor(request)).filter(pk=link.share_id).exists()


def _let_in(request: HttpRequest, link: GuestLink) -> HttpResponse:
    """In a session of its own, which ends with the browser, or with the link before that."""
    request.session.cycle_key()
    rotate_token(request)
    request.session.pop(CODE_KEY, None)
    request.session[GUEST_KEY] = str(link.pk)
    request.session.set_expiry(0)
    return redirect("share", link.share_id)


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "actionplans/guests/over.html", status=LinkIsOver.status)


def _counted(request: HttpRequest, action: str, key: str) -> bool:
    """Whether it may be done once more, by the counters that hold logging in too."""
    usage = consume(request, app="guests", action=action, config=settings.GUEST_RATE_LIMITS, key=key)
    return usage is not None
