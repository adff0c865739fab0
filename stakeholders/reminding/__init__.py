"""On which days an organisation has its people reminded of a date, kind by kind.

A room that reminds of dates of its own:

- declares a `ReminderKind` and registers it in `AppConfig.ready()` (`register_reminders`): who is reminded, of
  what, on which days where nobody chose others;
- keeps beside the date of each row the day on which a sweep looks at it next (`remind_on`, with a partial
  index). A new row, or one with a new date, is looked at from the day after on (who has just agreed to a date
  needs no reminder of it the same day: `first_look`); None once it has ended. No write has to know of steps;
- registers a `Sweep` of its table. Its `remind` locks the rows whose `remind_on` has come, passing by what is
  locked already, and only then asks for the steps: `steps_for(KIND, organisation_ids)`. `look_at(about, steps,
  since=remind_on, on=today(time zone of the site))` says which step is to be told now, if any, and when to look
  again, which `look_again` writes down;
- owes the notification with `period_of(about, step)`, from which `about_of` and `step_of` read both again,
  whatever steps hold by then, and does not send it once `is_overtaken(notification)`;
- follows when an organisation chooses other days (`ReminderKind.follow`): `look_anew` has what is under way
  looked at once more from today on.
"""

from stakeholders.reminding.following import look_anew
from stakeholders.reminding.kinds import (
    ReminderKind,
    kinds_of,
    register_reminders,
    reminder_kind,
    steps_for,
    steps_of_operator,
)
from stakeholders.reminding.owed import is_overtaken
from stakeholders.reminding.steps import (
    Look,
    Step,
    about_of,
    first_look,
    look_at,
    period_of,
    step_of,
    steps_of,
)
from stakeholders.reminding.sweeping import Sweep, Swept, Today, look_again, register_sweeps, sweep

__all__ = [
    "Look",
    "ReminderKind",
    "Step",
    "Sweep",
    "Swept",
    "Today",
    "about_of",
    "first_look",
    "is_overtaken",
    "kinds_of",
    "look_again",
    "look_anew",
    "look_at",
    "period_of",
    "register_reminders",
    "register_sweeps",
    "reminder_kind",
    "step_of",
    "steps_for",
    "steps_of",
    "steps_of_operator",
    "sweep",
]
