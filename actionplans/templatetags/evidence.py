"""The files about one action or update, where that stands on a page: `{% load evidence %}`."""

from uuid import UUID

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from actionplans.evidence.models import Subject, SubjectKind
from actionplans.filing import Evidence

register = template.Library()


@register.simple_tag(takes_context=True)
def evidence_about(context: Context, kind: str, subject_id: UUID, label: str = "") -> SafeString:
    """Of the page's `evidence`; nothing where a page has none. `label` tells the link to add one from others."""
    evidence: Evidence | None = context.get("evidence")
    if evidence is None:
        return SafeString()
    return files_about(evidence, Subject(SubjectKind(kind), subject_id), label)


def files_about(evidence: Evidence, subject: Subject, label: str) -> SafeString:
    """A plan has many actions, most of them without a file: only for files is a template used."""
    files = evidence.of(subject)
    listed = render_to_string("actionplans/evidence/about.html", {"files": files}) if files else SafeString()
    return listed + _link_to_add(evidence.add_url, subject, label)


def _link_to_add(add_url: str, subject: Subject, label: str) -> SafeString:
    if not add_url or subject.kind == SubjectKind.REPORT:  # whose files come with it, from its party
        return SafeString()
    about = format_html('<span class="visually-hidden"> {} {}</span>', _("about:"), label) if label else ""
    return format_html(
        '<p class="fact"><a href="{}?{}={}">{}{}</a></p>',
        add_url,
        subject.kind,
        subject.id,
        _("Add a file"),
        about,
    )
