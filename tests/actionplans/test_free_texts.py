"""No text in which people write is forgotten: words can be removed from it, or it is said here why not."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from actionplans.plans import hooks
from actionplans.plans.services.redacting import COLUMNS

# What an audit says is its audit company's word: the operator corrects it by a new edition. The operator's notes
# and import files are read by nobody else, and titles of requirements are the scheme's.
NOT_ABOUT_A_PLAN = {
    "audit.correction_reason",
    "auditentry.details",
    "auditentry.issue_title",
    "auditimport.name",
    "auditimport.report",
    "finding.details",
    "guestlink.email",  # whose link it is, for as long as the link is on the site's page
    "guestlink.name",
    "finding.issue_title",
    "leftfinding.note",
    "listfile.in_words",  # the names of sites and organisations by which a list was narrowed, for a week
    "requirementtitle.title",
    "savedview.name",  # of a list, for the organisation that it is saved in, which changes it itself
}
# Codes, references, digests, keys, and what was chosen.
NOT_WRITTEN_BY_PEOPLE = {
    "listfile.filters",
    "listfile.language",
    "listfile.storage_key",
    "rendering.digest",
    "rendering.reason",
    "rendering.sha256",
    "rendering.source",  # of a plan's texts: the whole row goes with each redaction (`after_redaction`)
    "rendering.storage_key",
    "actionplan.template_version",
    "audit.reference",
    "audit.scheme",
    "auditentry.letter",
    "auditentry.raw_code",
    "auditimport.digest",
    "callaction.ends",
    "comment.section",
    "reply.section",
    "draftfield.name",
    "draftrow.group",
    "evidencefile.kind",
    "evidencefile.sha256",
    "evidencefile.storage_key",
    "finding.country",
    "finding.letter",
    "finding.raw_code",
    "finding.reference",
    "finding.scheme",
    "finding.sector",
    "redaction.sha256",
    "requirementtitle.letter",
    "requirementtitle.scheme",
    "revision.redacted_sha256",
    "savedview.place",
    "savedview.query",
    "revision.sha256",
    "revision.template_version",
    "sharedrevision.asks",
    "triage.answers",
    "tally.area",
    "tally.country",
    "tally.sector",
    "tally.status",
    "triage.definition",
    "wording.text",  # a plan's texts once more: all of its rows are made anew with each redaction (`after_redaction`)
    "workoncar.area",
    "workoncar.country",
    "workoncar.reference",
    "workoncar.sector",
    "workoncar.status",
}


def text_columns() -> Iterator[str]:
    """Every column of the two rooms that can hold what a person wrote; what is chosen from a list cannot."""
    models_of_both = [
        model for label in ("findings", "actionplans") for model in apps.get_app_config(label).get_models()
    ]
    for model in models_of_both:
        for field in model._meta.local_fields:
            is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
            if is_text and not field.choices:
                yield f"{model._meta.model_name}.{field.name}"


def covered() -> set[str]:
    return {*COLUMNS, *(column for texts in hooks.texts_about_plans for column in texts.columns)}


def test_every_text_is_gone_through_or_said_to_need_it_not() -> None:
    known = covered() | NOT_ABOUT_A_PLAN | NOT_WRITTEN_BY_PEOPLE
    forgotten = sorted(set(text_columns()) - known)
    assert not forgotten, (
        f"{forgotten}: where people write in it, register it with `plans.hooks.texts_about_plans`"
    )


def test_what_is_listed_is_there_and_listed_once() -> None:
    lists = [covered(), NOT_ABOUT_A_PLAN, NOT_WRITTEN_BY_PEOPLE]
    assert sum(len(each) for each in lists) == len(set[str]().union(*lists))
    assert set[str]().union(*lists) <= set(text_columns())
