"""The installation that `script/bench screen` asks: a marketplace, a key, protected words and the hashes of known pictures.

Every trademark has five words: its own and four its holder registered beside it; every picture the hashes of eight views.
"""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "countermark.project.settings")

import django

django.setup()

import numpy as np  # noqa: E402 - Django is set up before its models can be imported
from django.db import connection, transaction  # noqa: E402

from countermark.apps.access.services import create_client  # noqa: E402
from countermark.apps.parties.models import Holder, Marketplace, Person, Seller  # noqa: E402
from countermark.apps.rights.models import Right  # noqa: E402
from countermark.apps.screening.models import Change, Picture, PictureHash, Reference  # noqa: E402
from countermark.apps.work.models import StoredFile  # noqa: E402
from countermark.entrypoints.cli.server import prepare  # noqa: E402

WORDS_OF_ONE, VIEWS_OF_ONE, AT_ONCE = 5, 8, 10_000


def fill(names: list[str], hashes: Path, at: datetime) -> str:
    """Make the installation in the database of the environment; return the key of the marketplace's program."""
    prepare()
    with transaction.atomic():
        tomas = Person.objects.create_user("tomas@countermark.example", name="Tomás Ferreira", is_operator=True)
        place = {"slug": "harbour", "name": "Harbour Market", "calendar": "CN", "zone": "Asia/Shanghai"}
        market = Marketplace.objects.create(**place, packs=["platform"], territory="*", offered_in=[])
        Seller.objects.create(marketplace=market, ref="lantern", name="Lantern Lane")
        said = {"kind": "enterprise", "location": "other", "contact_email": "ip@halden-moe.example"}
        halden = Holder.objects.create(name="Halden & Moe AS", **said)
        rights = _rights(halden, names, tomas, at)
        _pictures(rights[0], np.fromfile(hashes, dtype=np.uint8).reshape(-1, 32), tomas, at)
        Change.objects.create(picture=None, what="words", at=at)
        own = {"person": tomas, "role": "operator", "scopes": ["listings:write"], "marketplace": market}
        _, key = create_client(**own, name="Harbour Market", now=at)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return key


def _rights(halden: Holder, names: list[str], tomas: Person, at: datetime) -> list[Right]:
    own = {
        "holder": halden,
        "kind": "trademark",
        "state": "approved",
        "office": "CN",
        "territory": "*",
        "created_at": at,
    }
    sets = [names[n : n + WORDS_OF_ONE] for n in range(0, len(names), WORDS_OF_ONE)]
    rights = [Right(**own, name=words[0], number=f"{n:08}", owner_name=halden.name) for n, words in enumerate(sets)]
    rights = Right.objects.bulk_create(rights, AT_ONCE)
    said = {"kind": "word", "state": "in_force", "made_at": at, "made_by": tomas, "due_at": at}
    beside = [
        Reference(right=right, text=text, **said)
        for right, words in zip(rights, sets, strict=True)
        for text in words[1:]
    ]
    Reference.objects.bulk_create(beside, AT_ONCE)
    return rights


def _pictures(right: Right, rows: Any, tomas: Person, at: datetime) -> None:
    file = StoredFile.objects.create(
        sha256="5" * 64, original_sha256="5" * 64, name="lamp.png", media_type="image/png", size=1, uploaded_at=at
    )
    said = {"kind": "picture", "state": "in_force", "made_at": at, "made_by": tomas, "due_at": at}
    reference = Reference.objects.create(right=right, file=file, **said)
    many = [Picture(reference=reference, file=file) for _ in range(0, len(rows), VIEWS_OF_ONE)]
    pictures = Picture.objects.bulk_create(many, AT_ONCE)
    for start in range(0, len(rows), AT_ONCE):
        part = enumerate(rows[start : start + AT_ONCE], start)
        PictureHash.objects.bulk_create(
            PictureHash(picture=pictures[n // VIEWS_OF_ONE], way="plain", quality=100, hash=row.tobytes())
            for n, row in part
        )
