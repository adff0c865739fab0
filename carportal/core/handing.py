"""Kept files handed over without asking anew who may have them: a page has asked, seconds ago, for this very browser.

The page answers by sending the browser to the same address with a mark. The mark names the bytes; it is signed
for that address and that session and good for seconds. With it a file costs what a static one does; without it, or
with one that does not hold, the page is asked as ever.
"""

import hashlib
import logging
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.core.files.storage import storages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

logger = logging.getLogger(__name__)

MARK = "handed"
GOOD_FOR = timedelta(seconds=10)  # a slow connection follows in less; after that the page is asked


class Kept(NamedTuple):
    """Bytes in one of Django's storages, by its alias, and how a browser is to get them."""

    alias: str
    key: str
    sha256: str  # hex
    content_type: str
    disposition: str


def can_hand_over(request: HttpRequest) -> bool:
    """Not to who has no session, nor where that was tried just now: the page answers with the bytes itself."""
    return MARK not in request.GET and bool(_session(request))


def hand_over(request: HttpRequest, kept: Kept) -> HttpResponse:
    """Sends the browser to where it gets the bytes. Who may have them, the page has asked before."""
    asked = request.GET.copy()
    asked[MARK] = _signer(request).sign_object(list(kept))
    return HttpResponseRedirect(f"{request.path}?{urlencode(asked, doseq=True)}")


def handed_over(request: HttpRequest) -> HttpResponse | None:
    """The bytes that the mark in the address names; None where it does not hold, or the bytes are not there."""
    mark = request.GET.get(MARK)
    if mark is None or request.method not in {"GET", "HEAD"} or not _session(request):
        return None
    try:
        kept = Kept(*_signer(request).unsign_object(mark, max_age=GOOD_FOR))
    except signing.BadSignature:
        return None
    content = _bytes_of(kept)
    if content is None:
        return None
    headers = {"Content-Disposition": kept.disposition}
    return HttpResponse(content, content_type=kept.content_type, headers=headers)


def _session(request: HttpRequest) -> str:
    return request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")


def _signer(request: HttpRequest) -> signing.TimestampSigner:
    """Of another session, and of another address, no mark holds."""
    return signing.TimestampSigner(salt=f"{__name__} {request.path} {_session(request)}")


def _bytes_of(kept: Kept) -> bytes | None:
    try:
        with storages[kept.alias].open(kept.key) as file:
            content: bytes = file.read()
    except Exception:  # each kind of store fails with errors of its own; the page then asks for itself
        logger.warning("what was handed over is not in the storage %r", kept.alias, exc_info=True)
        return None
    return content if hashlib.sha256(content).hexdigest() == kept.sha256 else None
