"""Step 1: the questions one after the other, each page carrying along what was answered before."""

from collections.abc import Mapping

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Layout
from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from findings.triage import Definition, Question

WORDS = {"yes": True, "no": False}
CHOICES = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))]


class TriageForm(forms.Form):
    """The questions answered so far, which may be changed, and the next one on the way.

    `asked` is the question that the page asked last. A question that comes up only now was not left
    empty: the form is then unbound, and shows what was answered as its initial values.
    """

    asked = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, definition: Definition, data: Mapping[str, str] | None = None) -> None:
        sent = data or {}
        given = {
            question.key: WORDS[sent[question.key]]
            for question in definition.questions
            if sent.get(question.key) in WORDS
        }
        self.evaluation = definition.evaluate(given)
        upcoming = self.evaluation.next_question
        is_new = upcoming is not None and not _was_asked(definition, upcoming, sent.get("asked"))
        initial = {key: "yes" if answer else "no" for key, answer in self.evaluation.answers.items()}
        super().__init__(None if is_new else data, initial=initial)
        for key in self.evaluation.answers:
            self.fields[key] = _field(definition, definition.question(key))
        if upcoming is not None:
            self.fields[upcoming.key] = _field(definition, upcoming, help_text=_help(upcoming))
            self.initial["asked"] = upcoming.key
        self.helper = FormHelper()
        self.helper.layout = self._layout(upcoming)

    def answers(self) -> dict[str, bool]:
        return {key: WORDS[value] for key, value in self.cleaned_data.items() if value in WORDS}

    def _layout(self, upcoming: Question | None) -> Layout:
        """What is urgent stands before the question that comes next, and a page goes there by its anchor."""
        layout = Layout(Field("asked"), *(InlineRadios(key) for key in self.evaluation.answers))
        if upcoming is not None:
            layout.extend(
                [HTML('{% include "findings/triage/before_question.html" %}'), InlineRadios(upcoming.key)]
            )
        return layout


def _was_asked(definition: Definition, question: Question, last_asked: str | None) -> bool:
    keys = [each.key for each in definition.questions]
    return last_asked in keys and keys.index(question.key) <= keys.index(last_asked)


def _field(definition: Definition, question: Question, help_text: SafeString | str = "") -> forms.ChoiceField:
    number = definition.questions.index(question) + 1
    kicker = _("Question %(number)s") % {"number": number}
    return forms.ChoiceField(
        label=format_html('<span class="reference">{}</span> {}', kicker, question.text),
        help_text=help_text,
        choices=CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Question %(number)s: choose yes or no.") % {"number": number}},
    )


def _help(question: Question) -> SafeString:
    if not question.examples:
        return format_html("{}", question.guidance)
    examples = format_html_join("", "<li>{}</li>", ((example,) for example in question.examples))
    return format_html(
        '<p class="mb-2">{}</p><p class="mb-0">{}</p><ul>{}</ul>',
        question.guidance,
        _("For example:"),
        examples,
    )
