"""Words that must go, in the updates that a site posted."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from actionplans.annex.passages import black_out, excerpts, places
from actionplans.plans.hooks import Found, Texts
from actionplans.plans.models import ActionPlan
from actionplans.updates.models import Update


def find(plan: ActionPlan, words: str) -> list[Found]:
    return [
        Found(
            _("Update of %(day)s") % {"day": date_format(localtime(update.posted_at), "j F Y")},
            excerpts(update.text, words),
        )
        for update in plan.updates.order_by("posted_at")
    ]


def black_out_texts(plan: ActionPlan, words: str) -> None:
    """Each update that holds the words; no mail quotes one."""
    for update in plan.updates.all():
        if any(places(update.text, words)):
            Update.objects.filter(pk=update.pk).update(text=black_out(update.text, words))


UPDATES = Texts(find=find, black_out=black_out_texts, columns=frozenset({"update.text"}))
