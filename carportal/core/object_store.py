"""Files in an object store that speaks S3: whole or not at all, streamed both ways, given out by our views alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NoReturn

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError
from django.core.files import File
from storages.backends.s3 import S3Storage

# A person waits for it: a store that does not answer is given up within half a minute, tried twice.
CONNECT, READ, ATTEMPTS = 4, 10, 2  # seconds, seconds from one piece to the next, times
# More than any file has: each goes in one request, so that no part of one is ever left in the store.
LARGEST_REQUEST = 5 * 1024**3


class ObjectStore(S3Storage):
    """One bucket, or one part of it, with nothing public in it; its names are never taken twice."""

    def get_default_settings(self) -> dict[str, Any]:
        usual: dict[str, Any] = super().get_default_settings()
        return usual | {
            "default_acl": None,  # as the bucket has it
            "querystring_auth": False,
            "transfer_config": TransferConfig(multipart_threshold=LARGEST_REQUEST, use_threads=False),
        }

    def __init__(self, **options: Any) -> None:
        # Stores other than Amazon's are reached by path, and not all of them know its newer checksums.
        style = "path" if options.get("endpoint_url") else "auto"
        config = Config(
            connect_timeout=CONNECT,
            read_timeout=READ,
            retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": style},
        )
        super().__init__(client_config=config, **options)

    @property
    def bucket(self) -> Any:
        """One for each thread: what boto3 makes is not to be shared among them."""
        return self.connection.Bucket(self.bucket_name)

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        """As it comes over the network, so that neither memory nor disk holds all of it; only once, and forwards."""
        if mode != "rb":
            raise ValueError("A file of an object store is read, or saved as a whole.")
        with _told_if_missing(name):
            return File(self.bucket.Object(self._normalize_name(name)).get()["Body"], name)

    def get_modified_time(self, name: str) -> datetime:
        with _told_if_missing(name):
            modified: datetime = super().get_modified_time(name)
            return modified

    def url(self, *_args: Any, **_options: Any) -> NoReturn:
        raise NotImplementedError("Files are given out by a view, which asks who may have them.")


@contextmanager
def _told_if_missing(name: str) -> Iterator[None]:
    """FileNotFoundError, as of a folder."""
    try:
        yield
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            raise FileNotFoundError(name) from error
        raise
