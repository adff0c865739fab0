"""Asked in a process with the environment of a filled portal: who works in it at the same time, and what each does.

Told as JSON: of each visitor its session, the pages that it opens, and for a site the draft that it writes: where it is
saved, and the digest of what it says so far.
"""

from django.conf import settings
from django.test import Client

from actionplans.annex import value_digest
from actionplans.models import DraftField
from carportal.core.actor import Actor
from findings.models import Finding
from findings.querysets import FindingQuerySet
from stakeholders.acting import actor_of
from stakeholders.models import User

VISITORS = {"scale-compliance": 20, "scale-customer": 80, "scale-group": 90, "scale-auditor": 10}
WRITES = "scale-group"
LISTS = ("/", "/cars/", "/cars/?status=all", "/cars/?area=5A", "/inbox/")


def visitor(user: User, finding: Finding, *, writes: bool) -> dict[str, object]:
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(user)
    told: dict[str, object] = {
        "session": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "pages": [*LISTS, f"/cars/{finding.pk}/"],
        "draft": "",
        "based_on": "",
    }
    if writes:
        written = DraftField.objects.filter(plan__finding=finding, name="root_cause").first()
        told["draft"] = f"/cars/{finding.pk}/plan/edit/"
        told["based_on"] = value_digest(written.value if written else "")
    return told


def look() -> list[dict[str, object]]:
    """No two of them write one draft."""
    told = []
    for address, count in VISITORS.items():
        user = User.objects.get(email=f"{address}@demo.example")
        cars = list(_newest(actor_of(user, user.memberships.get()), count))
        told += [
            visitor(user, cars[number % len(cars)], writes=address == WRITES and number < len(cars))
            for number in range(count)
        ]
    return told


def _newest(actor: Actor, count: int) -> FindingQuerySet:
    return Finding.objects.visible_to(actor).under_way().order_by("-raised_on", "-reference")[:count]
