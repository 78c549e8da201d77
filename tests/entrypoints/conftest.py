"""What the tests of the doors share: current texts, and people who can sign in."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from countermark.apps.parties.models import Person
from countermark.project.texts import compile_texts


@pytest.fixture(scope="session", autouse=True)
def current_texts() -> None:
    """Pages speak as the catalogues say now, not as they were last compiled."""
    compile_texts()


@pytest.fixture
def rana(db: None) -> Person:
    """A reviewer."""
    return Person.objects.create_user("rana@harbour.example", name="Rana Haddad", is_reviewer=True)


@pytest.fixture
def otto(db: None) -> Person:
    """Somebody with an account and no role."""
    return Person.objects.create_user("otto@example.org", name="Otto")


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of an OpenID provider in a process of its own, while that lives."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, Path(__file__).with_name("an_identity_provider.py"), str(port)])
    address = f"http://127.0.0.1:{port}"
    for _ in range(600):  # a minute: the machine may be busy
        try:
            httpx.get(f"{address}/jwks", trust_env=False)
            break
        except httpx.ConnectError:
            time.sleep(0.1)
    yield address
    process.terminate()
    process.wait()
