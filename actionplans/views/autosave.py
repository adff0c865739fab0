"""What `static/js/draft.js` is answered when it saves a draft by itself; the same save as by the button.

That somebody else changed a text, or that one is too long, is an answer like any other: while people type it
happens all the time, and is no error of the request.
"""

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actionplans.annex import value_digest
from actionplans.plans.drafts import Draft
from actionplans.plans.progress import sections_of
from actionplans.plans.rows import SaveResult
from actionplans.plans.sent import SentDraft
from carportal.core.errors import DomainError, InvalidInput


def is_autosave(request: HttpRequest) -> bool:
    """Only scripts ask for JSON alone."""
    return request.headers.get("Accept") == "application/json"


def answer_saved(result: SaveResult, sent: SentDraft) -> JsonResponse:
    """The new digests of what was sent, what the portal filled in besides, and how far each part is now."""
    texts = result.draft.texts
    return JsonResponse(
        {
            "saved": True,
            "status": _("Draft saved %(time)s") % {"time": _now()},
            "digests": {name: value_digest(texts[name]) for name in sent.changes if name in texts},
            "filled": {
                name: [texts[name], value_digest(texts[name])]
                for name in result.written
                if name in texts and name not in sent.changes
            },
            "parts": _parts(result.draft),
        }
    )


def answer_conflict(result: SaveResult, sent: SentDraft) -> JsonResponse:
    """What could be saved is; the page shows both texts once its own button is pressed."""
    draft = result.draft
    texts, definitions = draft.texts, draft.definitions
    in_conflict = {conflict.name for conflict in result.conflicts}
    labels = [str(definitions[conflict.name].label) for conflict in result.conflicts]
    labels += [str(draft.template.group(row.place.group).one) for row in result.gone]
    saved = [name for name in sent.changes if name in texts and name not in in_conflict]
    return JsonResponse(
        {
            "saved": False,
            "status": _(
                "Not saved: somebody else changed %(what)s. Press “Save draft” to see both and choose; your text is kept."
            )
            % {"what": ", ".join(f"“{label}”" for label in dict.fromkeys(labels))},
            "digests": {name: value_digest(texts[name]) for name in saved},
            "parts": _parts(draft),
        }
    )


def answer_error(error: DomainError) -> JsonResponse:
    """The first sentence; the button shows all of them at their fields."""
    fields = error.fields if isinstance(error, InvalidInput) else {}
    sentence = next((sentences[0] for sentences in fields.values()), error.message)
    return JsonResponse(
        {"saved": False, "status": _("Not saved: %(reason)s") % {"reason": sentence}, "digests": {}}
    )


def _parts(draft: Draft) -> str:
    """The page's table of contents, which says what is complete."""
    context = {"sections": sections_of(draft.document), "template": draft.template}
    return render_to_string("actionplans/edit/sections.html", context)


def _now() -> str:
    """In the time zone of the person, which the middleware has set."""
    return date_format(timezone.localtime(), "H:i")
