"""What `static/js/draft.js` is answered when it saves a draft by itself; the same save as by the button.

That somebody else changed a text, or that one is too long, is an answer like any other: while people type it
happens all the time, and is no error of the request.
"""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actionplans.annex import value_digest
from actionplans.plans.drafts import Draft
from actionplans.plans.forms import AnnexForm
from actionplans.plans.rows import SaveResult
from carportal.core.errors import DomainError, InvalidInput


def is_autosave(request: HttpRequest) -> bool:
    """Only scripts ask for JSON alone."""
    return request.headers.get("Accept") == "application/json"


def answer_saved(draft: Draft, form: AnnexForm, result: SaveResult) -> JsonResponse:
    """The new digests of what was sent, and what the portal filled in besides: text and digest."""
    texts, sent = draft.texts, form.changes
    return JsonResponse(
        {
            "saved": True,
            "status": _("Draft saved %(time)s") % {"time": _now()},
            "digests": {name: value_digest(texts[name]) for name in sent if name in texts},
            "filled": {
                name: [texts[name], value_digest(texts[name])]
                for name in result.written
                if name in texts and name not in sent
            },
        }
    )


def answer_conflict(form: AnnexForm, draft: Draft, result: SaveResult) -> JsonResponse:
    """What could be saved is; the page shows both texts once its own button is pressed."""
    texts = draft.texts
    in_conflict = {conflict.name for conflict in result.conflicts}
    labels = [str(form.rows[conflict.name].label) for conflict in result.conflicts]
    labels += [str(draft.template.group(row.place.group).one) for row in result.gone]
    saved = [name for name in form.changes if name in texts and name not in in_conflict]
    return JsonResponse(
        {
            "saved": False,
            "status": _(
                "Not saved: somebody else changed %(what)s. Press “Save draft” to see both and choose; your text is kept."
            )
            % {"what": ", ".join(f"“{label}”" for label in dict.fromkeys(labels))},
            "digests": {name: value_digest(texts[name]) for name in saved},
        }
    )


def answer_error(error: DomainError) -> JsonResponse:
    """The first sentence; the button shows all of them at their fields."""
    fields = error.fields if isinstance(error, InvalidInput) else {}
    sentence = next((sentences[0] for sentences in fields.values()), error.message)
    return JsonResponse(
        {"saved": False, "status": _("Not saved: %(reason)s") % {"reason": sentence}, "digests": {}}
    )


def _now() -> str:
    """In the time zone of the person, which the middleware has set."""
    return date_format(timezone.localtime(), "H:i")
