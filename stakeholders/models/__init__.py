"""People, organisations, sites and who trades with whom."""

from stakeholders.models.invitations import Invitation
from stakeholders.models.organisations import Membership, Organisation
from stakeholders.models.people import User, UserManager, validate_time_zone
from stakeholders.models.sites import Sector, Site, TradingRelationship, Visibility

__all__ = [
    "Invitation",
    "Membership",
    "Organisation",
    "Sector",
    "Site",
    "TradingRelationship",
    "User",
    "UserManager",
    "Visibility",
    "validate_time_zone",
]
