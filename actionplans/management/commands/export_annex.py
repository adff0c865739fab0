"""The Annex of a CAR's plan as a PDF file, as its site or another organisation gets it."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from actionplans.exporting import copy_for
from actionplans.pdf import annex_paper
from carportal.core.actor import Actor, ActorKind, OrganisationKind, Role
from carportal.core.errors import DomainError
from carportal.core.printing import print_pdf
from findings.models import Finding
from stakeholders.models import Organisation


class Command(BaseCommand):
    help = "Write the action plan of a CAR as a PDF in the form of the Annex."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reference", help="the CAR, such as CAR-2026-000123")
        parser.add_argument("--output", required=True, type=Path, help="the PDF file to write")
        parser.add_argument(
            "--audience",
            default="",
            metavar="ORGANISATION",
            help="whose copy, by name or reference; without it the site's own",
        )

    def handle(self, *, reference: str, output: Path, audience: str, **options: Any) -> None:  # noqa: ARG002
        finding = _finding(reference)
        reader = _organisation(audience) if audience else finding.site.supplier
        copy = copy_for(finding, _reader_of(reader))
        if copy is None:
            raise CommandError(
                f"{reader} has no copy of the plan for {finding.reference}: it was not shared with it, "
                "nor published to it."
                if audience
                else f"{finding.reference} has no plan yet that was shared or published."
            )
        try:
            # Here and now, under the limits of a worker, and needing none.
            pdf = print_pdf(annex_paper(finding=finding, annex=copy.annex(settings.LANGUAGE_CODE)))
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        _write(output, pdf)
        self.stdout.write(f"{output}: the plan for {finding.reference}, as {reader} gets it.")


def _finding(reference: str) -> Finding:
    found = (
        Finding.objects.select_related("site__supplier", "plan__published")
        .filter(reference__iexact=reference.strip())
        .first()
    )
    if found is None:
        raise CommandError(f"There is no CAR with the reference {reference}.")
    return found


def _organisation(named: str) -> Organisation:
    named = named.strip()
    found = Organisation.objects.filter(Q(reference__iexact=named) | Q(name__iexact=named))
    match list(found.order_by("reference")):
        case []:
            raise CommandError(f"There is no organisation with the name or reference {named}.")
        case [one]:
            return one
        case several:
            references = ", ".join(each.reference for each in several)
            raise CommandError(
                f"Several organisations are named {named}; say which by reference: {references}."
            )


def _reader_of(organisation: Organisation) -> Actor:
    """Somebody who only reads there."""
    return Actor(
        kind=ActorKind.USER,
        organisation_id=organisation.pk,
        organisation_kind=OrganisationKind(organisation.kind),
        role=Role.VIEWER,
    )


def _write(output: Path, content: bytes) -> None:
    """The whole file or none: whatever stood there before stays until all of it is written."""
    if output.is_dir():
        raise CommandError(f"{output} is a folder; name the PDF file to write.")
    unfinished = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
        unfinished.replace(output)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise CommandError(f"{output} could not be written: {error.strerror}.") from error
