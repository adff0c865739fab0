"""What the record of an organisation tells of the views that are shared in it."""

from django.utils.translation import gettext_lazy as _

from carportal.core.audit import EventKind, Reader

READERS = frozenset(Reader)

KINDS = [
    EventKind("view_shared", _("Shared the saved view “%(name)s” with colleagues"), READERS),
    EventKind("view_renamed", _("Renamed the shared view “%(before)s” to “%(name)s”"), READERS),
    EventKind("view_unshared", _("Stopped sharing the saved view “%(name)s”"), READERS),
    EventKind("view_removed", _("Removed the shared view “%(name)s”"), READERS),
]
