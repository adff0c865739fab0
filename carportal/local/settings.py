"""What the local run changes in `carportal.settings`: mail stays in a folder, and the portal speaks plain http."""

import os

__all__ = ["EMAIL_BACKEND", "OPERATOR_NAME", "SECURE_CROSS_ORIGIN_OPENER_POLICY"]

OPERATOR_NAME = os.environ.get("OPERATOR_NAME", "CAR Portal Operations")  # as in the demo data

# With EMAIL_URL set the local run sends real mail, as a deployment does.
_SENT = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_BACKEND = _SENT if os.environ.get("EMAIL_URL") else "carportal.local.mail.FolderBackend"
SECURE_CROSS_ORIGIN_OPENER_POLICY = None  # browsers ignore it over plain http, and complain
