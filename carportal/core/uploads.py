"""How files come in: spooled to the temporary folder, and never more of them than any form takes."""

import logging
import os
from enum import StrEnum
from typing import Any, NoReturn

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest

logger = logging.getLogger(__name__)


class Refusal(StrEnum):
    """Why a file that was sent did not reach its form."""

    TOO_LARGE = "too large"
    NO_ROOM = "no room"
    TOO_MANY = "too many"


def refusal_of(request: HttpRequest, field: str) -> Refusal | None:
    """Why the file in this field of the form was refused, if it was."""
    refusals: dict[str, Refusal] = getattr(request, "refused_uploads", {})
    return refusals.get(field)


class SpoolingUploadHandler(TemporaryFileUploadHandler):
    """Writes each file to the temporary folder, up to UPLOAD_MAX_MB and UPLOAD_MAX_FILES in one request.

    The form is read before it is known who sent it, so the limit is for everybody and on all of its files
    together. What is too much, or finds the disk full, is heard to its end and thrown away: the form comes
    back with all else that was typed, and says why.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.received = self.files = 0

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        FileUploadHandler.new_file(self, field_name, file_name, *args, **kwargs)
        self.files += 1
        if self.files > settings.UPLOAD_MAX_FILES:
            self._forget_the_one_before()
            self._refuse(Refusal.TOO_MANY)
        try:
            # Not by its own name: its ending may be longer than the file system takes.
            self.file = TemporaryUploadedFile(
                "upload", self.content_type, 0, self.charset, self.content_type_extra
            )
        except OSError:
            self._forget_the_one_before()
            self._refuse(Refusal.NO_ROOM)
        self.file.name = file_name

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_MAX_MB * 1024**2:
            self._refuse(Refusal.TOO_LARGE)
        try:
            super().receive_data_chunk(raw_data, start)
            self.file.flush()
        except OSError:
            # What is left in the buffer is written when the file is closed, and must not fail once more.
            os.ftruncate(self.file.fileno(), 0)
            self._refuse(Refusal.NO_ROOM)

    def _forget_the_one_before(self) -> None:
        """Which is whole, and would be closed with what is refused."""
        vars(self).pop("file", None)

    def _refuse(self, why: Refusal) -> NoReturn:
        if why == Refusal.NO_ROOM:
            logger.exception("an upload could not be written to the temporary folder")
        request: Any = self.request
        request.refused_uploads = {**getattr(request, "refused_uploads", {}), str(self.field_name): why}
        raise SkipFile
