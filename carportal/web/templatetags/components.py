"""The components of the interface, as tags: `{% load components %}`; each has a template of its name.

Where a tag wants rows or items, they are mappings or objects with the names that its template reads.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from crispy_forms.helper import FormHelper
from crispy_forms.utils import render_crispy_form
from django import template
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm, BoundField, MultiWidget
from django.forms.formsets import BaseFormSet
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from carportal.web import icons
from carportal.web.statuses import Look, look_of

if TYPE_CHECKING:
    AnyForm = BaseForm | BaseFormSet[Any]

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    return icons.icon(name)


# --- Words and figures ----------------------------------------------------------------------------


@register.simple_tag
def status_tag(status: object, label: object = "") -> SafeString:
    """`label` is the status in words: `finding.get_status_display`."""
    return _tag_of(look_of(status), str(label or str(status).replace("_", " ").capitalize()))


@lru_cache(maxsize=1000)
def _tag_of(look: Look, label: str) -> SafeString:
    """Rendered once: a list has the same few in each of its rows."""
    context = {"label": label, "tone": look.tone, "icon": look.icon}
    return render_to_string("components/status_tag.html", context)


@register.inclusion_tag("components/stat.html")
def stat(value: object, label: object, url: str = "", hint: object = "") -> dict[str, Any]:
    """A figure that leads to the list behind it; several stand in `<ul class="stats">`."""
    return {"value": value, "label": label, "url": url, "hint": hint}


# --- Lists ----------------------------------------------------------------------------------------


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Iterable[Any]) -> dict[str, Any]:
    """Rows have `key`, `value` and, if they can be changed, `url`, `action` and `about`."""
    return {"rows": rows}


@register.inclusion_tag("components/summary_row.html")
def summary_row(key: object, value: object, url: str = "", action: object = "") -> dict[str, Any]:
    """One row, for use within `<dl class="summary">`."""
    return {"row": {"key": key, "value": value, "url": url, "action": action}}


@register.inclusion_tag("components/task_list.html")
def task_list(items: Iterable[Any]) -> dict[str, Any]:
    """Items have `label`, `status`, `status_label` and maybe `url` and `hint`."""
    return {"items": items}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Any], label: object = "") -> dict[str, Any]:
    """Entries have `at` and `sentence`, and maybe `who`, `url`, `text`, `status`, `status_label`, `current`."""
    return {"entries": entries, "label": label}


@register.inclusion_tag("components/table.html")
def table(
    columns: Sequence[Any], rows: Iterable[Any], caption: object, *, caption_hidden: bool = False
) -> dict[str, Any]:
    """Columns have `label` (and `numeric`); rows have `cells`; cells have `text` (and `url`, `status`)."""
    return {
        "columns": columns,
        "rows": [zip(columns, _get(row, "cells"), strict=True) for row in rows],
        "caption": caption,
        "caption_hidden": caption_hidden,
    }


def _get(item: Any, name: str) -> Any:
    return item[name] if isinstance(item, dict) else getattr(item, name)


@register.inclusion_tag("components/steps.html")
def steps(items: Iterable[Any]) -> dict[str, Any]:
    """Items have `label`, `state` (done, current or upcoming) and maybe `url`."""
    named = [(_("Step %(number)s") % {"number": number}, item) for number, item in enumerate(items, start=1)]
    return {"items": named}


# --- Ways on --------------------------------------------------------------------------------------


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*labels_and_urls: object) -> dict[str, Any]:
    """Label, URL, label, URL, …; a last label without URL is the page itself."""
    pairs = [tuple(labels_and_urls[n : n + 2]) for n in range(0, len(labels_and_urls), 2)]
    return {"items": [{"label": pair[0], "url": pair[1] if len(pair) > 1 else ""} for pair in pairs]}


@register.inclusion_tag("components/button.html")
def button(label: object, url: str = "", kind: str = "primary", method: str = "get") -> dict[str, Any]:
    """A link, a form of one button (`method="post"`), or without `url` the submit button of its form."""
    return {"label": label, "url": url, "kind": kind, "method": method}


@register.inclusion_tag("components/next_step.html")
def next_step(action: Any, others: Iterable[Any] = (), heading: object = "") -> dict[str, Any]:
    """The first thing to do and the others; each has `label`, `url`, and maybe `method`, `title`, `text`."""
    return {"action": action, "others": list(others), "heading": heading}


@register.inclusion_tag("components/pagination.html")
def pagination(
    newer_url: str = "", older_url: str = "", label: object = "", *, by_time: bool = True
) -> dict[str, Any]:
    """A list that is not `by_time` has previous and next pages rather than newer and older ones."""
    return {"newer_url": newer_url, "older_url": older_url, "label": label, "by_time": by_time}


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: object, text: object = "", url: str = "", action: object = "") -> dict[str, Any]:
    return {"title": title, "text": text, "url": url, "action": action}


# --- Around text ----------------------------------------------------------------------------------


@register.simple_block_tag
def notice(content: str, title: object = "", tone: str = "info") -> SafeString:
    """A box beside the flow; `tone` is info, success, attention or neutral."""
    return render_to_string("components/notice.html", {"content": content, "title": title, "tone": tone})


@register.simple_block_tag
def inset(content: str) -> SafeString:
    return render_to_string("components/inset.html", {"content": content})


@register.simple_block_tag
def warning_text(content: str) -> SafeString:
    return render_to_string("components/warning_text.html", {"content": content})


@register.simple_block_tag
def confirmation(content: str, title: object) -> SafeString:
    """What was just done, at the top of the page that follows."""
    return render_to_string("components/confirmation.html", {"content": content, "title": title})


@register.simple_block_tag
def disclosure(content: str, summary: object, *, opened: bool = False) -> SafeString:
    return render_to_string(
        "components/disclosure.html", {"content": content, "summary": summary, "opened": opened}
    )


# --- Forms ----------------------------------------------------------------------------------------


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: "AnyForm | None") -> dict[str, Any]:
    """Every error of the forms and formsets, linked to its field; nothing where there is none."""
    return {"errors": [error for form in forms if form for error in _errors_of(form)]}


def _errors_of(form: "AnyForm") -> Iterator[dict[str, Any]]:
    if isinstance(form, BaseFormSet):
        yield from ({"text": text, "target": ""} for text in form.non_form_errors())
        for member in form.forms:
            yield from _errors_of(member)
        return
    yield from ({"text": text, "target": ""} for text in form.non_field_errors())
    for name, errors in form.errors.as_data().items():
        if name == NON_FIELD_ERRORS:
            continue
        field = form[name]
        yield from ({"text": _with_label(field, error), "target": _target_of(field)} for error in errors)


def _with_label(field: BoundField, error: ValidationError) -> str:
    """The error, said of its field where its words are Django's own ("This field is required.")."""
    text = " ".join(error.messages)
    stock = {str(words) for kind in type(field.field).__mro__ for words in _stock_words(kind)}
    if str(error.message) not in stock:
        return text
    return _("%(label)s: %(error)s") % {
        "label": str(field.label).rstrip("?:."),
        "error": text[:1].lower() + text[1:],
    }


def _stock_words(kind: type) -> Iterable[object]:
    messages: dict[str, object] = vars(kind).get("default_error_messages", {})
    return messages.values()


def _target_of(field: BoundField) -> str:
    """The id of the first control of a field: of a group of radios the first radio."""
    if field.is_hidden:
        return ""
    if isinstance(field.field.widget, MultiWidget):
        return f"{field.auto_id}_0"
    options = field.subwidgets
    return (options[0].id_for_label if options else "") or field.auto_id


@register.simple_tag(takes_context=True)
def form_fields(context: Context, form: "AnyForm") -> SafeString:
    """The fields of a form in crispy's layout, without the `<form>`, its token and its buttons."""
    helper = getattr(form, "helper", None) or FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    html: SafeString = render_crispy_form(form, helper, {**context.flatten(), "error_summary_is_shown": True})
    return html


@register.inclusion_tag("components/filter_bar.html")
def filter_bar(form: BaseForm, clear_url: str = "", heading: object = "", action: str = "") -> dict[str, Any]:
    """A GET form to `action`, else to its own page; `clear_url` is shown once something is filtered."""
    filtered = bool(form.data) if form.is_bound else False
    return {
        "form": form,
        "clear_url": clear_url if filtered else "",
        "heading": heading or _("Filters"),
        "action": action,
    }
