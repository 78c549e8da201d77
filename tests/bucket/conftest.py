"""A server that speaks S3, in a process of its own on this machine, and an empty bucket in it for each test."""

import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from countermark.evidence.bucket import Bucket, BucketAt
from countermark.project import wiring
from keeping.conftest import elsewhere  # noqa: F401

KEYS = {"aws_access_key_id": "desk", "aws_secret_access_key": "of the tests", "region_name": "eu-north-1"}
STARTS_WITHIN = 30  # seconds


class Server:
    """The service; `goes_away` and `comes_back` stop it and let it go on, as an outage would."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.url = f"http://127.0.0.1:{self.port}"

    def wait(self) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until:
            assert self.process.poll() is None, "the server ended by itself"
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError(self.url)

    def client(self) -> Any:
        """Another client than the product's, to look with."""
        return boto3.client("s3", endpoint_url=self.url, **KEYS)

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    running = Server()
    try:
        running.wait()
        yield running
    finally:
        running.end()


@pytest.fixture
def at(server: Server) -> BucketAt:
    """An empty bucket."""
    name = f"files-{secrets.token_hex(4)}"
    server.client().create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": KEYS["region_name"]})
    return BucketAt(name, "desk/", server.url, KEYS["region_name"], "desk", "of the tests")


@pytest.fixture
def inside(server: Server, at: BucketAt) -> Any:
    """What lies in the bucket: name -> bytes."""

    def look() -> dict[str, bytes]:
        client = server.client()
        found = client.list_objects_v2(Bucket=at.bucket).get("Contents", ())
        return {one["Key"]: client.get_object(Bucket=at.bucket, Key=one["Key"])["Body"].read() for one in found}

    return look


@pytest.fixture
def bucket(at: BucketAt) -> Bucket:
    return Bucket(at)


@pytest.fixture
def in_the_bucket(settings: Any, at: BucketAt) -> Iterator[BucketAt]:
    """The installation keeps its files in the bucket."""
    settings.FILES_BUCKET = at
    yield at
    wiring._bucket.cache_clear()


@pytest.fixture
def away(at: BucketAt) -> BucketAt:
    """A bucket of a service that is not there."""
    return at._replace(endpoint="http://127.0.0.1:9")
