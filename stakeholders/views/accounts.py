"""What the portal adds to allauth's pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from carportal.core.errors import Unavailable

View = Callable[..., HttpResponseBase]


def throttled(view: View) -> View:
    """Say so when the counters of attempts cannot be reached: nobody gets in uncounted meanwhile."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except RedisError as error:
            raise Unavailable(
                _("Logging in, changing passwords and having codes sent is not possible just now.")
            ) from error

    return inner
