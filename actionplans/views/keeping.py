"""What was typed and not saved stays in the browser's tab; here the browser learns what was saved.

A form carries a token of its own. Once its text is saved, the token goes into the session, and the next page
of a plan (`templates/actionplans/head.html`) tells the browser to forget what it kept under it
(`static/js/draft.js`).
"""

from django.http import HttpRequest

SESSION_KEY = "saved_drafts"
KEPT = 20


def mark_saved(request: HttpRequest) -> None:
    token = request.POST.get("draft_token", "")[:40]
    if token:
        request.session[SESSION_KEY] = [*request.session.get(SESSION_KEY, []), token][-KEPT:]
