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
    return FilesAbout(evidence).of(Subject(SubjectKind(kind), subject_id), label)


class FilesAbout:
    """A plan has many actions, most of them without a file: only for files is a template used."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.add, self.about = _("Add a file"), _("about:")

    def of(self, subject: Subject, label: str) -> SafeString:
        files = self.evidence.of(subject)
        link = self._link_to_add(subject, label)
        return render_to_string("actionplans/evidence/about.html", {"files": files}) + link if files else link

    def _link_to_add(self, subject: Subject, label: str) -> SafeString:
        # The files of a report come with it, from its party.
        if not self.evidence.add_url or subject.kind == SubjectKind.REPORT:
            return SafeString()
        about = format_html('<span class="visually-hidden"> {} {}</span>', self.about, label) if label else ""
        return format_html(
            '<p class="fact"><a href="{}?{}={}">{}{}</a></p>',
            self.evidence.add_url,
            subject.kind,
            subject.id,
            self.add,
            about,
        )
