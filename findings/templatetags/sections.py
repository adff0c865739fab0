"""Parts of pages that other rooms bring along (`findings.sections`)."""

from django import template
from django.template.context import Context
from django.template.engine import Engine
from django.utils.safestring import SafeString

from findings.sections import Section

register = template.Library()


@register.simple_tag(takes_context=True)
def section(context: Context, part: Section) -> SafeString:
    """With its own names beside those of the page, as an include has them."""
    with context.push(**part.context):
        return Engine.get_default().get_template(part.template).render(context)
