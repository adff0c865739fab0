"""Who is logged in; every request reads its person, so that is asked as briefly as can be."""

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet

from carportal.core.prepared import prepared
from stakeholders.models import User


class Backend(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        """None for whom there is no more, or who may not log in any more."""
        user = _person(user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


@prepared
def _person(user_id: UUID) -> QuerySet[User]:
    return User.objects.filter(pk=user_id)
