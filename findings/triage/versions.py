"""The versions of step 1; a record names the one it was taken with."""

from findings.triage import v1
from findings.triage.definition import Definition

_DEFINITIONS = {definition.version: definition for definition in (v1.DEFINITION,)}

CURRENT = v1.DEFINITION


def definition_of(version: str) -> Definition:
    """KeyError for a version that never was."""
    return _DEFINITIONS[version]
