"""How do documents lie in a bucket of a service that speaks S3?

One object a document, under the same two levels of names as in a folder, so that one can be copied to the other as it is. The
service checks the digest of what arrives; what comes back is proven by the store. Erasing takes every version of an object:
in a bucket that keeps versions a plain delete would only hide the bytes.
"""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from countermark.evidence.store import Away, Missing, demand_digest

CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 3, 20, 3  # a person waits for the answer; 10 MB take a second on a slow line
NOT_THERE = frozenset(["NoSuchKey", "404", "NotFound"])
NO_VERSIONS = frozenset(["NotImplemented", "MethodNotAllowed", "501", "405"])  # a service that knows no versions


class BucketAt(NamedTuple):
    """Where a bucket is. An empty endpoint is Amazon's own; without a key the machine's own rights are used (its role)."""

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""
    access_key: str = ""
    secret_key: str = ""


class Bucket:
    """A place (store.Place) of objects named by their digest; shared by the threads of a process."""

    def __init__(self, at: BucketAt) -> None:
        self._at = at
        self._client = _client(at)

    def name(self, digest: str) -> str:
        """Under which name this digest lies or would lie."""
        demand_digest(digest)
        return f"{self._at.prefix}{digest[:2]}/{digest[2:4]}/{digest}"

    def read(self, digest: str) -> bytes:
        """Return what lies there; raise Missing or Away."""
        with _told(digest):
            answer = self._client.get_object(Bucket=self._at.bucket, Key=self.name(digest))
            return bytes(answer["Body"].read())

    def write(self, digest: str, content: bytes) -> None:
        """Keep `content`, whole or not at all; raise Away."""
        with _told(digest):
            self._client.put_object(
                Bucket=self._at.bucket,
                Key=self.name(digest),
                Body=content,
                ContentType="application/octet-stream",
            )

    def remove(self, digest: str) -> bool:
        """Erase every version; return whether there was one. Raise Away, also where the bucket forbids it."""
        name = self.name(digest)
        with _told(digest):
            versions = list(self._versions(name))
            for version in versions:
                self._client.delete_object(Bucket=self._at.bucket, Key=name, **version)
        return bool(versions)

    def _versions(self, name: str) -> Iterator[dict[str, str]]:
        """Each version of an object, hidden ones and the marks that hide them too, as `delete_object` takes it."""
        try:
            for page in self._client.get_paginator("list_object_versions").paginate(
                Bucket=self._at.bucket, Prefix=name
            ):
                for one in [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]:
                    yield {"VersionId": one["VersionId"]}
        except _errors().ClientError as refused:
            if _code(refused) not in NO_VERSIONS:
                raise
            self._client.head_object(Bucket=self._at.bucket, Key=name)
            yield {}

    def look(self) -> None:
        """Raise Away where the bucket does not answer, is not there or is not ours."""
        with _told(""):
            self._client.head_bucket(Bucket=self._at.bucket)


def _client(at: BucketAt) -> Any:
    try:
        boto3, config = importlib.import_module("boto3"), importlib.import_module("botocore.config")
    except ImportError as absent:
        raise RuntimeError("files in a bucket need the extra s3: pip install 'countermark[s3]'") from absent
    session = boto3.session.Session(
        aws_access_key_id=at.access_key or None,
        aws_secret_access_key=at.secret_key or None,
        region_name=at.region or None,
    )
    how = config.Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        s3={"addressing_style": "path" if at.endpoint else "auto", "payload_signing_enabled": True},
        # Newer checksums are unknown to many services; the signature covers the digest, and the store proves what it reads.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    region = session.region_name or "us-east-1"  # what services without regions take
    return session.client("s3", endpoint_url=at.endpoint or None, config=how, region_name=region)


def _errors() -> Any:
    return importlib.import_module("botocore.exceptions")


def _code(refused: Any) -> str:
    return str(refused.response.get("Error", {}).get("Code", ""))


@contextmanager
def _told(digest: str) -> Iterator[None]:
    """What the service says, in the store's words: Missing or Away."""
    errors = _errors()
    try:
        yield
    except errors.ClientError as refused:
        if digest and _code(refused) in NOT_THERE:
            raise Missing(digest) from None
        raise Away(digest, _code(refused) or "an error without a name") from refused
    except (errors.BotoCoreError, OSError) as silent:
        raise Away(digest, type(silent).__name__) from silent
