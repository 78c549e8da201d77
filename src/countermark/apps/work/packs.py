"""By which rules does a running case walk? By those it was opened under, word for word.

Rule 1: a notice carries the digest of its pack. The text behind the digest is kept in the database, by `countermark migrate`
for every shipped pack and at intake for the one used. Rule 2: where the shipped pack still has that digest, it is it; where
it has changed, the kept text is read. Rule 3: a digest nobody kept is refused, never replaced by what happens to be shipped.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from countermark.apps.work.bulk import instant_writer, put_once
from countermark.apps.work.models import PackText
from countermark.core import procedure_loader
from countermark.core.procedure import Procedure

COLUMNS = {
    "digest": "text",
    "pack": "text",
    "version": "text",
    "text": "text",
    "common": "text",
    "kept_at": "timestamptz",
}  # of a kept pack


class PackNotKept(Exception):
    """A case runs under a version of a pack that is neither shipped nor kept here. The case was not moved."""

    code = "pack_not_kept"
    http_status_hint = 500

    def __init__(self, pack: str, digest: str) -> None:
        self.pack, self.digest = pack, digest
        super().__init__(
            f"the pack {pack} with digest {digest[:12]} is not kept here; install the version of Countermark that shipped it "
            "and run `countermark migrate` with it once"
        )


def in_force(pack_id: str, digest: str) -> Procedure:
    """The procedure of a case: of this pack the version with this digest. Raises PackNotKept."""
    if pack_id in procedure_loader.pack_ids() and procedure_loader.load(pack_id).digest == digest:
        return procedure_loader.load(pack_id)
    return _kept(pack_id, digest)


@lru_cache(maxsize=256)  # a digest never means another text
def _kept(pack_id: str, digest: str) -> Procedure:
    row = PackText.objects.filter(digest=digest, pack=pack_id).first()
    if row is None:
        raise PackNotKept(pack_id, digest)
    return procedure_loader.parse(row.text, file=f"{pack_id}.toml ({row.version})", common=row.common)


def keep(pack_id: str, *, at: datetime) -> None:
    """Keep the shipped pack under its digest; keeping it again changes nothing."""
    pack = procedure_loader.load(pack_id)
    if not PackText.objects.filter(digest=pack.digest).exists():
        row = (pack.digest, pack.id, pack.version, *procedure_loader.texts(pack_id), instant_writer()(at))
        put_once("work_packtext", COLUMNS, [row])


def keep_shipped(*, at: datetime, used: Iterable[tuple[str, str]] = ()) -> None:
    """Keep every shipped pack, before a later version ships others.

    `used` are the (pack, digest) of the notices there are. In a database that has never kept a pack, those opened under
    another text than is shipped now have walked by the shipped one until today: it is kept under their digests too.
    """
    adopted = {} if PackText.objects.exists() else {digest: pack for pack, digest in used}
    for pack_id in procedure_loader.pack_ids():
        keep(pack_id, at=at)
    for digest, pack_id in adopted.items():
        pack = procedure_loader.load(pack_id)
        row = (digest, pack_id, pack.version, *procedure_loader.texts(pack_id), instant_writer()(at))
        put_once("work_packtext", COLUMNS, [row])
