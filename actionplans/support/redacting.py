"""Words that must go, in what a site asked for support with."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from actionplans.annex.passages import black_out, excerpts, places
from actionplans.plans.hooks import Found, Texts
from actionplans.plans.models import ActionPlan
from actionplans.support.models import SupportGrant
from carportal.core.forgetting import forget_content


def find(plan: ActionPlan, words: str) -> list[Found]:
    return [
        Found(
            _("Purpose of the support of %(day)s")
            % {"day": date_format(localtime(grant.granted_at), "j F Y")},
            excerpts(grant.purpose, words),
        )
        for grant in plan.support_grants.order_by("granted_at")
    ]


def black_out_texts(plan: ActionPlan, words: str) -> None:
    """Each purpose that holds the words, and the kept copies of mails that quoted it."""
    told_of = set()
    for grant in plan.support_grants.all():
        if any(places(grant.purpose, words)):
            SupportGrant.objects.filter(pk=grant.pk).update(purpose=black_out(grant.purpose, words))
            told_of.add(grant.pk)
    forget_content(object_ids=told_of, holds=lambda text: any(places(text, words)))


PURPOSES = Texts(find=find, black_out=black_out_texts, columns=frozenset({"supportgrant.purpose"}))
