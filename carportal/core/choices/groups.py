"""What mails are about, in few words of those who get them, and how soon they may come."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class MailGroup(TextChoices):
    """A person is asked once for each group; every kind of notification names its own."""

    ACCOUNT = "account", _("Your account, invitations and codes")
    URGENT = "urgent", _("CARs that are urgent")
    CARS = "cars", _("New CARs, and support with them")
    PLANS = "plans", _("What others do with a plan that concerns you")
    COMMENTS = "comments", _("Comments on plans")
    CALLS = "calls", _("Calls")
    REMINDERS = "reminders", _("Reminders of what was agreed or asked for")

    @property
    def is_chosen(self) -> bool:
        """Whether people say how it comes; of the others each mail comes, at once."""
        return self not in ALWAYS


# A way into the portal is of use only now, and whoever turned it off could be locked out. An urgent CAR is about
# people who are being harmed: it must drown in no digest, and nobody is to have missed it by a choice made before.
ALWAYS = frozenset({MailGroup.ACCOUNT, MailGroup.URGENT})


class Pace(TextChoices):
    """How soon the mails of a group come. In the portal all of them are told at any pace."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    NONE = "none", _("No mail")


class Weekday(IntegerChoices):
    """By the number that Python gives it."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")
