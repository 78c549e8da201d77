"""Does this description of a marketplace hold, and if not, what is wrong with it: all of it, at once?

The shipped marketplaces and an operator's own go through the same door. What is refused here can never go wrong later:
a pattern that could be tried too often, one that names no listing, a canonical address on a host the marketplace does not
own, an example that comes out otherwise than it says.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from countermark.core.listing_urls.directory import Directory
from countermark.core.listing_urls.draft import Defect, Draft
from countermark.core.listing_urls.marketplace import Example, Marketplace
from countermark.core.listing_urls.reading import identified, judged
from countermark.core.listing_urls.verdicts import Found, NotFound, Verdict


class PatternDefective(Exception):
    """A marketplace's description was refused; `defects` are all its faults. Nothing of it was taken over."""

    code = "pattern_defective"
    http_status_hint = 422

    def __init__(self, defects: Sequence[Defect]) -> None:
        self.defects = tuple(defects)
        super().__init__(" ".join(f"{defect.where}: {defect.sentence}" for defect in self.defects))


def defined(description: str | Mapping[str, Any], *, beside: Sequence[Marketplace] = ()) -> Marketplace:
    """The marketplace a TOML text or its mapping describes, to be known beside others.

    Raises `PatternDefective` with all defects. Examples are tried only when the rest holds.
    """
    draft = Draft(description if isinstance(description, Mapping) else _toml(description))
    marketplace = draft.marketplace()
    if marketplace is not None:
        draft.defects.extend(_taken(marketplace, beside))
        draft.defects.extend(_failed(marketplace))
    if draft.defects or marketplace is None:
        raise PatternDefective(draft.defects)
    return marketplace


def _taken(marketplace: Marketplace, beside: Sequence[Marketplace]) -> Iterator[Defect]:
    known = Directory(beside)
    if marketplace.id in known.by_id:
        yield Defect("id_taken", "id", f"there already is a marketplace «{marketplace.id}»; choose another id.")
    for domain in marketplace.domains:
        host, _, port = domain.partition(":")
        if owner := known.owner(host, port):
            yield Defect("host_taken", f"domains.{domain}", f"«{domain}» already belongs to {owner.marketplace.name}.")


def _failed(marketplace: Marketplace) -> Iterator[Defect]:
    """Examples that come out otherwise than they say, and canonical addresses that do not read back as themselves."""
    known = Directory((marketplace,))
    for key, examples in (("good", marketplace.good), ("bad", marketplace.bad)):
        for number, example in enumerate(examples, start=1):
            if fault := _fault(example, judged(example.paste, marketplace.id, None, known), known):
                yield Defect("example_fails", f"{key}[{number}]", f"«{example.paste}» {fault}.")


def _fault(example: Example, verdict: Verdict, known: Directory) -> str:
    if isinstance(verdict, NotFound):
        as_said = example.expected.get("code") == verdict.code
        return "" if as_said else f"gets {verdict.code}: {verdict.error.rstrip('.')}"
    if "code" in example.expected:
        return f"is read as {verdict.canonical_url}"
    for name, expected in example.expected.items():
        if (actual := getattr(verdict, name, None)) != expected:
            return f"gets the {name} {actual!r} instead of {expected!r}"
    again = identified(verdict.canonical_url, known)
    same = isinstance(again, Found) and (again.item_id, again.canonical_url) == (verdict.item_id, verdict.canonical_url)
    return "" if same else f"gets {verdict.canonical_url}, which does not read back as the same"


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise PatternDefective([Defect("unreadable", "file", f"this is not TOML: {fault}")]) from fault
