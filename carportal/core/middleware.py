"""What every request must be, and what every response gets: a page for an escaped `DomainError`, and headers."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from carportal.core.errors import DomainError
from carportal.core.handing import handed_over

GetResponse = Callable[[HttpRequest], HttpResponseBase]

SECURITY_HEADERS = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class CompressionMiddleware(GZipMiddleware):
    """Compresses pages, with a random length added (BREACH); static files are compressed, kept ones go as they are."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class ReadableInputMiddleware:
    """Keeps out what no browser sends and no text column holds, before a page asks the database for it.

    A cookie's value may be quoted and then holds any byte, NUL too: such a cookie counts as not sent. A form
    in another charset than UTF-8 can carry halves of surrogate pairs: it is refused.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\0" not in value}
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in {"utf-8", "utf8"}:
            raise BadRequest("A request is sent in UTF-8.")
        return self.get_response(request)


class HandingMiddleware:
    """Answers for a kept file that a page has just let this browser have (`core/handing.py`)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return handed_over(request) or self.get_response(request)


class DomainErrorMiddleware:
    """Turns a `DomainError` that a view let through into a page with its sentence and its status."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        context = {"message": exception.message, "status": exception.status}
        return render(request, "errors/domain_error.html", context, status=exception.status)


class SecurityHeadersMiddleware:
    """The headers that Django does not set (Cross-Origin-Opener-Policy it does).

    Pages are not stored, unless a view says otherwise: on a shared computer the Back button must not show
    them after somebody has logged out. Static files say of themselves that they are cached for long.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response
