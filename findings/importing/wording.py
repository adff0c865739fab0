"""How a plan is told: what differs from a published audit, and what to know before the rows are written."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from findings.importing.known import EntryKey, EntryText
from findings.publishing.situation import normalised


def same_text(one: EntryText, other: EntryText) -> bool:
    """Of a published audit another spelling of the code changes nothing."""
    return (normalised(one.title), one.details) == (normalised(other.title), other.details)


def differences(
    fields: Sequence[str],
    added: Mapping[EntryKey, EntryText],
    removed: Mapping[EntryKey, EntryText],
    changed: Mapping[EntryKey, EntryText],
) -> str:
    names = {
        "site_reference": _("the site"),
        "company_id": _("the audit company"),
        "type": _("the type"),
        "date": _("the date"),
        "scope": _("the scope"),
    }
    findings = sorted({text.code for entries in (added, removed, changed) for text in entries.values()})
    parts = [names[name] for name in fields]
    if findings:
        parts.append(_("the findings on %(codes)s") % {"codes": ", ".join(findings[:10])})
    return ", ".join(parts)


def note_more_names(count: int) -> str:
    return ngettext("%(n)s more keeps its name here.", "%(n)s more keep their names here.", count) % {
        "n": count
    }


def note_scope(count: int) -> str:
    return ngettext(
        "%(n)s audit comes without a scope. It is taken to have two pillars, or four if it has a finding on 10B or 10C.",
        "%(n)s audits come without a scope. They are taken to have two pillars, or four if they have a finding on 10B or 10C.",
        count,
    ) % {"n": count}


def note_lost_texts(count: int) -> str:
    return ngettext(
        "%(n)s finding is no CAR: its code and type are kept, its title and details are not.",
        "%(n)s findings are no CARs: their codes and types are kept, their titles and details are not.",
        count,
    ) % {"n": count}


def note_twice(count: int) -> str:
    return ngettext(
        "%(n)s row repeats the finding of another row, and counts once.",
        "%(n)s rows repeat the findings of other rows, and count once.",
        count,
    ) % {"n": count}
