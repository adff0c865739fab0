"""People, organisations, sites and who trades with whom."""

from stakeholders.models.invitations import Invitation
from stakeholders.models.organisations import Membership, Organisation
from stakeholders.models.people import User, UserManager, validate_time_zone
from stakeholders.models.reminding import MOST_STEPS, ReminderSteps
from stakeholders.models.sites import Sector, Site, TradingRelationship, Visibility

__all__ = [
    "MOST_STEPS",
    "Invitation",
    "Membership",
    "Organisation",
    "ReminderSteps",
    "Sector",
    "Site",
    "TradingRelationship",
    "User",
    "UserManager",
    "Visibility",
    "validate_time_zone",
]
