"""The days of reminders in words, for pages."""

from collections.abc import Sequence

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stakeholders.reminding.steps import Step


def in_words(steps: Sequence[Step]) -> str:
    """As a sentence without its stop."""
    before = [-step.days for step in steps if step.days < 0]
    after = [step.days for step in steps if step.days > 0]
    parts = [
        before and ngettext("%(days)s day before", "%(days)s days before", max(before)) % _numbers(before),
        any(not step.days for step in steps) and _("on the day itself"),
        after and ngettext("%(days)s day after", "%(days)s days after", max(after)) % _numbers(after),
    ]
    return "; ".join(str(part) for part in parts if part) or _("none")


def _numbers(days: Sequence[int]) -> dict[str, str]:
    return {"days": get_text_list([str(each) for each in days], _("and"))}
