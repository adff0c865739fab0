"""The portal's addresses, and one behind which a page breaks."""

from typing import Never

from django.http import HttpRequest
from django.urls import path

from carportal.urls import urlpatterns as _portal


def _break(_request: HttpRequest) -> Never:
    raise ZeroDivisionError("a mistake in a page")


urlpatterns = [*_portal, path("breaks/", _break)]
