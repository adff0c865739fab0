"""What every page behind the login shares."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.middleware import HtmxDetails

from carportal.core.actor import Actor

P = ParamSpec("P")


class ActorRequest(HttpRequest):
    """A request of somebody logged in, with the Actor that the middleware found for this very request."""

    actor: Actor
    htmx: HtmxDetails


def actor_required(
    view: Callable[Concatenate[ActorRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Send those who are not logged in to the login page; the view's request has its `actor`."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return view(cast("ActorRequest", request), *args, **kwargs)

    return login_required(inner)


def reader_required(
    view: Callable[Concatenate[ActorRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """As `actor_required`, and open to guests: for the few pages that show what a guest was let in to."""
    behind_login = actor_required(view)

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        known = cast("ActorRequest", request)
        return (
            view(known, *args, **kwargs) if known.actor.is_guest else behind_login(request, *args, **kwargs)
        )

    vars(inner)["is_open_to_guests"] = True  # for the test that names these pages
    return inner
