"""Ports in memory, a second installation on the same engine, and a home of its own for what is restored."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection, connections

import as_migrated
import plugged
from countermark.apps.keeping.tables import wipe
from countermark.connectors.fake_mail import FakeMailer
from countermark.connectors.fake_marketplace import FakeMarketplace


@pytest.fixture
def shop(settings, monkeypatch):
    """The marketplace of every world made with `connector="rest"`."""
    settings.MARKETPLACE_FACTORY = "plugged.marketplace"
    monkeypatch.setitem(plugged.ports, "shop", FakeMarketplace())
    return plugged.ports["shop"]


@pytest.fixture
def post(settings, monkeypatch):
    """The mail server."""
    settings.MAILER_FACTORY = "plugged.mailer"
    monkeypatch.setitem(plugged.ports, "post", FakeMailer())
    return plugged.ports["post"]


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """The kept files of this test, and its list of erasures."""
    settings.HOME = tmp_path
    settings.FILES_DIR = tmp_path / "files"
    settings.FILES_DIR.mkdir()


class Elsewhere:
    """Another database of the engine under test."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def url(self) -> str:
        if connection.vendor == "postgresql":
            return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{self.name}").geturl()
        return f"sqlite:///{self.name}"

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Whatever this process does with its database, it does here."""
        settings, here = connections["default"].settings_dict, connections["default"].settings_dict["NAME"]
        connections["default"].close()
        settings["NAME"] = self.name
        try:
            yield
        finally:
            connections["default"].close()
            settings["NAME"] = here

    def is_emptied(self) -> None:
        """Not even the tables are left."""
        with self.entered():
            wipe(connection.introspection.table_names())


@contextmanager
def another_installation(folder: Path) -> Iterator[Elsewhere]:
    """Migrated, and never used."""
    if connection.vendor == "sqlite":
        yield Elsewhere(shutil.copy(as_migrated.kept(), folder / "elsewhere.sqlite3"))
        return
    name = f"elsewhere_{os.getpid()}"
    as_migrated.another(name, of=as_migrated.kept())
    yield Elsewhere(name)
    as_migrated.without(name)


@pytest.fixture
def elsewhere(tmp_path, transactional_db) -> Iterator[Elsewhere]:
    with another_installation(tmp_path) as made:
        yield made
