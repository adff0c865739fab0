"""The versions of the template; a plan, and each of its revisions, names the one it was written on."""

from actionplans.annex import v1
from actionplans.annex.definition import Template

_TEMPLATES = {template.version: template for template in (v1.TEMPLATE,)}

CURRENT = v1.TEMPLATE


def template_of(version: str) -> Template:
    """KeyError for a version that never was."""
    return _TEMPLATES[version]
