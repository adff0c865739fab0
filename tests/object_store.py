"""An object store to talk to: a server of its own process that speaks S3, with a bucket for each test."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from django.core.files.storage import storages
from pytest_django.fixtures import Settings

from carportal.environment import FileStore
from carportal.local.supervisor import Service, Supervisor

PAGE = 3  # keys that it lists at once, so that few files are several pages
ENTERED_BY = {"access_key": "carportal", "secret_key": "only-for-tests"}


class Bucket:
    """What lies in the bucket, seen past the portal."""

    def __init__(self, endpoint: str) -> None:
        self.options = {"endpoint_url": endpoint, "bucket_name": f"files-{uuid4()}", **ENTERED_BY}
        self.store = FileStore(self.options, "portal")
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id=ENTERED_BY["access_key"],
            aws_secret_access_key=ENTERED_BY["secret_key"],
        )
        self.client.create_bucket(Bucket=self.name)

    @property
    def name(self) -> str:
        return self.options["bucket_name"]

    def keys(self) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return [entry["Key"] for page in pages for entry in page.get("Contents", ())]

    def read(self, key: str) -> bytes:
        content: bytes = self.client.get_object(Bucket=self.name, Key=key)["Body"].read()
        return content

    def is_private(self, key: str) -> bool:
        grants = self.client.get_object_acl(Bucket=self.name, Key=key)["Grants"]
        return all("URI" not in grant["Grantee"] for grant in grants)  # a URI stands for everybody


@pytest.fixture(scope="session")
def object_store() -> Iterator[str]:
    """Where it answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]

    def is_ready() -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        return False

    supervisor = Supervisor()
    supervisor.start(
        Service(
            name="object store",
            command=[sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            log=Path(os.environ["DATA_DIR"]) / "object_store.log",
            env=os.environ | {"MOTO_S3_DEFAULT_MAX_KEYS": str(PAGE)},
            is_ready=is_ready,
        )
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        supervisor.stop()


@pytest.fixture
def bucket(object_store: str, settings: Settings) -> Bucket:
    """In which this test's evidence is kept."""
    bucket = Bucket(object_store)
    keep_evidence_in(bucket.store, settings)
    return bucket


def keep_evidence_in(store: FileStore, settings: Settings) -> None:
    settings.STORAGES = settings.STORAGES | {"evidence": store.storage("evidence", folder="")}
    assert storages["evidence"].__class__.__name__ == "ObjectStore"
