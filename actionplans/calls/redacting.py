"""Words that must go, in what people wrote about calls."""

from collections.abc import Iterator

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from actionplans.annex.passages import black_out, excerpts, places
from actionplans.calls.models import Call, CallAction, CallMinutes
from actionplans.plans.hooks import Found, Texts
from actionplans.plans.models import ActionPlan
from carportal.core.forgetting import forget_content

COLUMNS = {Call: ("topic", "where", "reason"), CallMinutes: ("text",), CallAction: ("what",)}


def find(plan: ActionPlan, words: str) -> list[Found]:
    return [
        Found(_where(call), excerpts(text, words))
        for call, row, column in _texts_of(plan)
        if (text := getattr(row, column))
    ]


def black_out_texts(plan: ActionPlan, words: str) -> None:
    """Each text that holds the words, and the kept copies of mails that quoted it."""
    told_of = set()
    for call, row, column in _texts_of(plan):
        text = getattr(row, column)
        if any(places(text, words)):
            type(row)._default_manager.filter(pk=row.pk).update(**{column: black_out(text, words)})
            told_of.add(call.pk)
    forget_content(object_ids=told_of, holds=lambda text: any(places(text, words)))


def _where(call: Call) -> str:
    day = date_format(localtime(call.starts_at or call.proposed_at), "j F Y")
    return _("Call with %(party)s, %(day)s") % {"party": call.share.organisation.name, "day": day}


def _texts_of(plan: ActionPlan) -> Iterator[tuple[Call, Model, str]]:
    """Each text with its call, the row it stands in and its column."""
    calls = Call.objects.filter(share__plan=plan).select_related("share__organisation", "minutes")
    for call in calls.prefetch_related("actions").order_by("proposed_at", "pk"):
        minutes = [call.minutes] if hasattr(call, "minutes") else []
        for row in [call, *minutes, *call.actions.all()]:
            for column in COLUMNS[type(row)]:
                yield call, row, column


CALLS = Texts(
    find=find,
    black_out=black_out_texts,
    columns=frozenset(
        f"{model._meta.model_name}.{column}" for model, columns in COLUMNS.items() for column in columns
    ),
)
