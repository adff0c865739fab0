"""The files about one action or update, where that stands on a page: `{% load evidence %}`."""

from typing import Any
from uuid import UUID

from django import template
from django.template.context import Context

from actionplans.filing import Evidence

register = template.Library()


@register.inclusion_tag("actionplans/evidence/about.html", takes_context=True)
def evidence_about(context: Context, kind: str, subject_id: UUID, label: str = "") -> dict[str, Any]:
    """Of the page's `evidence`; nothing where a page has none. `label` tells the link to add one from others."""
    evidence: Evidence | None = context.get("evidence")
    if evidence is None:
        return {}
    add_url = f"{evidence.add_url}?{kind}={subject_id}" if evidence.add_url else ""
    return {"files": evidence.of(kind, subject_id), "add_url": add_url, "label": label}
