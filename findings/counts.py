"""How many CARs there are, exactly up to a number from which on it no longer matters."""

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# Counting on would cost more than it tells.
COUNTED = 10_000


def in_figures(count: int) -> str:
    """As it is said of a list, and of a figure that leads to one."""
    return f"{number_format(COUNTED, force_grouping=True)}+" if count > COUNTED else str(count)


def in_words(count: int) -> str:
    if count > COUNTED:
        return _("%(n)s CARs") % {"n": in_figures(count)}
    return ngettext("%(n)s CAR", "%(n)s CARs", count) % {"n": count}
