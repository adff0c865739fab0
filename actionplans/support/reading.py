"""What those whose words are read along are told of it: fairly, so that whoever writes knows who reads.

They learn until when, not what for: that is between the site and the operator.
"""

from typing import Any

from django.conf import settings
from django.utils import timezone

from actionplans.plans.models import ActionPlan
from actionplans.support.models import SupportGrant


def reading_along(plan: ActionPlan) -> dict[str, Any]:
    """The grant that holds now, or None, and for how many days the site gives one."""
    live = SupportGrant.objects.live(timezone.now())
    return {"support": live.filter(plan=plan).first(), "support_days": settings.SUPPORT_DAYS}
