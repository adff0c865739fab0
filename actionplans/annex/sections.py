"""What somebody speaks about: a section of the template by the name of its field, or, empty, the plan as a whole."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from actionplans.annex.definition import Template
from carportal.core.errors import InvalidInput

MAX_LENGTH = 40  # of a field's name


def section_choices(template: Template) -> list[tuple[str, str | Promise]]:
    """The plan as a whole, then the sections in the template's order."""
    return [("", _("The plan as a whole")), *((field.name, field.label) for field in template.fields)]


def section_label(template: Template, name: str) -> str | Promise:
    """KeyError for a section that the template does not have."""
    return dict(section_choices(template))[name]


def checked_section(template: Template, name: str) -> str:
    """InvalidInput for a section that the template does not have."""
    if name not in dict(section_choices(template)):
        sentence = _("Choose the section that it is about, or the plan as a whole.")
        raise InvalidInput(sentence, fields={"section": [sentence]})
    return name
