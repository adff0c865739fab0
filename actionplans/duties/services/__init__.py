"""Every write about the actions of parties: ask, accept, decline, report, take into the plan, end, carry on."""

from actionplans.duties.services.answering import accept_duty, decline_duty
from actionplans.duties.services.asking import ask_owner, end_duties_of
from actionplans.duties.services.carrying import carry_over_duties
from actionplans.duties.services.reporting import report_progress
from actionplans.duties.services.taking import take_report

__all__ = [
    "accept_duty",
    "ask_owner",
    "carry_over_duties",
    "decline_duty",
    "end_duties_of",
    "report_progress",
    "take_report",
]
