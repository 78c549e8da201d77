"""The shop and the mail server the connectors are tried on: real processes and real sockets, on this machine only."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from countermark.connectors.fetch import Fetcher
from countermark.connectors.marketplace import ItemRef
from countermark.connectors.rest_marketplace import RestMarketplace

SECRET = "a secret of shop and desk"


def an_item(item_id: str, seller: str = "mei") -> dict[str, object]:
    """A listing of Mei's, in the words of the shop's world files."""
    return {
        "id": item_id,
        "slug": "nordic-mushroom-lamp-brass",
        "title": "Nordic mushroom lamp, brass",
        "text": "A quiet light.",
        "price": "89.00",
        "currency": "EUR",
        "seller": {"id": seller, "name": "Mei’s Lamp Corner", "email": "mei@lamp.example", "language": "zh-Hans"},
        "pictures": [
            {"shape": "lamp", "colour": "brass", "word": "Halden & Moe"},
            {"shape": "lamp", "colour": "brass"},
        ],
    }


@dataclass(frozen=True)
class Shop:
    """The running demo shop: its address, and what tests may do to it."""

    url: str
    numbers: Iterator[int]
    lone: Iterator[int]

    def new_item(self) -> ItemRef:
        """A listing of this test alone."""
        item_id = str(next(self.numbers))
        return ItemRef(item_id, f"{self.url}/i/{item_id}-nordic-mushroom-lamp-brass")

    def item_of_its_own_seller(self) -> ItemRef:
        """A listing of this test alone, whose seller sells nothing else."""
        item_id = str(next(self.lone))
        return ItemRef(item_id, f"{self.url}/i/{item_id}-nordic-mushroom-lamp-brass")

    def seller_of(self, item: ItemRef) -> str:
        return f"lone-{item.item_id}" if item.item_id >= "50000" else "mei"

    def page(self, item: ItemRef) -> httpx.Response:
        return httpx.get(f"{self.url}/i/{item.item_id}", follow_redirects=True)

    def misbehave(self, kind: str, seconds: float = 0, times: int = 1) -> None:
        httpx.post(f"{self.url}/faults", json={"kind": kind, "seconds": seconds, "times": times}).raise_for_status()

    def seller_sets(self, item: ItemRef, own: str) -> None:
        httpx.post(
            f"{self.url}/desk/{self.seller_of(item)}/items/{item.item_id}/{own}", follow_redirects=True
        ).raise_for_status()

    def adapter(self, **options: object) -> RestMarketplace:
        options = {"secret": SECRET, "fetch": Fetcher(exempt={self.url.removeprefix("http://")}).content, **options}
        return RestMarketplace(self.url, **options)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The demo shop as its own process, with its own database, seeded with a hundred listings of Mei's."""
    folder = tmp_path_factory.mktemp("shop")
    world = folder / "world.json"
    lone = [an_item(str(50_000 + number), f"lone-{50_000 + number}") for number in range(100)]
    world.write_text(json.dumps({"items": [*(an_item(str(40_000 + number)) for number in range(100)), *lone]}))
    with running(folder / "shop.db", world) as url:
        yield Shop(url, iter(range(40_000, 40_100)), iter(range(50_000, 50_100)))


class running:
    """`with running(db, world) as url`: a shop process that ends with the block."""

    def __init__(self, db: Path, world: Path) -> None:
        self._command = [
            sys.executable,
            "-m",
            "countermark.demo_shop",
            "--port",
            "0",
            "--db",
            str(db),
            "--seed",
            str(world),
        ]

    def __enter__(self) -> str:
        environment = {**os.environ, "SHOP_API_SECRET": SECRET, "SHOP_FAULTS": "1"}
        self._process = subprocess.Popen(self._command, env=environment, stdout=subprocess.PIPE, text=True)
        first = self._process.stdout.readline()
        assert first.startswith("Harbour Market is open at http://localhost:"), first
        return first.split()[-1]

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(60)
        self._process.stdout.close()


@pytest.fixture(scope="session")
def desk(shop: Shop) -> Iterator[RestMarketplace]:
    """The adapter under test, impatient so that tests are quick."""
    with shop.adapter(seconds=2.0) as adapter:
        yield adapter


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and mei.example that only who is told trusts: (certificate, key)."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    names = [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("mei.example")]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(17).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    certificate, secret = folder / "server.pem", folder / "server.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, secret
