"""The hashes of the trail: pure, so that recording and verifying cannot differ."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

GENESIS = bytes(32)

Scalar = str | int | bool | None
Value = Scalar | Sequence[Scalar]


def canonical(value: Any) -> bytes:
    """JSON with one possible spelling."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def content_digest(salt: bytes, content: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(salt + canonical(content)).digest()


def event_hash(previous: bytes, meta: Mapping[str, Any], digest: bytes) -> bytes:
    """sha256 of previous hash, canonical meta and content digest; the outer two have a fixed length."""
    return hashlib.sha256(previous + canonical(meta) + digest).digest()


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
