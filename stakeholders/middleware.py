"""For whom a request acts, in its person's language and time zone."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from carportal.core.actor import NOBODY
from carportal.core.inbox import count_unread
from stakeholders.acting import ORGANISATION_KEY, actor_of, guest_of, memberships_of
from stakeholders.models import Membership, User

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ActorMiddleware:
    """Sets `request.actor`, `request.membership`, `request.memberships` and `request.unread`, fresh on every request.

    The session names the organisation; the memberships, read in one query, decide. Once that one is
    gone, or none was chosen, the person acts for the one that it joined first, or for nobody. Who is not logged
    in may be a guest, of whom a room above knows; a guest has no inbox.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User):
            self._set(request, user, list(memberships_of(user.pk)))
            return self._answer(request, user)
        self._set(request, None, [])
        guest = guest_of(request.session)
        if guest is None:
            return self.get_response(request)
        person, actor = guest
        vars(request).update(actor=actor)
        return self._answer(request, person)

    def _answer(self, request: HttpRequest, user: User) -> HttpResponseBase:
        with timezone.override(user.time_zone), translation.override(_language_of(user)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "")
        return response

    @staticmethod
    def _set(request: HttpRequest, user: User | None, memberships: list[Membership]) -> None:
        chosen = None
        if memberships:
            wanted = request.session.get(ORGANISATION_KEY)
            first = min(memberships, key=lambda each: each.created_at)
            chosen = next((each for each in memberships if str(each.organisation_id) == wanted), first)
        actor = actor_of(user, chosen) if user else NOBODY
        vars(request).update(actor=actor, membership=chosen, memberships=memberships)
        if user:
            # Read along with the membership; there is none of who acts for nobody.
            unread = getattr(chosen, "unread", None)
            vars(request).update(unread=count_unread(user.pk) if unread is None else unread)


def _language_of(user: User) -> str:
    """The person's language, unless the portal no longer has it."""
    return user.language if user.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
