"""What lists of CARs can be narrowed by; the one source for lists, dashboards, their figures and exports.

A reader is offered only filters and choices about what it may see; anything else in an address does nothing.
"""

from findings.filters.definition import Choice, Filter, Viewpoint, register_filters
from findings.filters.setting import Filters

__all__ = ["Choice", "Filter", "Filters", "Viewpoint", "register_filters"]
