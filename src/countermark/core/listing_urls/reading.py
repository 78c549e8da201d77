"""Which listing does a pasted line name, or why none?

The line is cleaned, its links found and taken apart, the host looked up, the marketplace's patterns tried. The first cut of
a link that names a listing counts; when none does, the most telling reason is given. Nothing is fetched: a short link is
recognised and handed back to be opened.
"""

import re
from collections.abc import Iterator
from typing import Final

from countermark.core.listing_urls.directory import Directory, Owner
from countermark.core.listing_urls.limits import LONGEST_LINE, MOST_LINKS, SHOWN
from countermark.core.listing_urls.links import (
    Link,
    control_characters,
    cuts,
    in_plain_width,
    taken_apart,
    tokens,
    without_invisible,
)
from countermark.core.listing_urls.marketplace import Marketplace
from countermark.core.listing_urls.verdicts import Found, Kind, NotFound, Verdict

# When a line holds several links and none names a listing, the reason a person most needs to hear comes first.
_TELLING: Final = ("lookalike_host", "short_link", "no_item_id", "not_http", "unknown_host", "broken_link", "no_link")
_NUMBER: Final = re.compile(r"(?=[A-Za-z.|-]*[0-9])[0-9A-Za-z.|-]{6,40}")


def judged(text: str, marketplace: str | None, mode: Kind | None, known: Directory) -> Verdict:
    """The verdict on one line, when listings or storefronts (`mode`) of one `marketplace` are wanted."""
    verdict = identified(text, known)
    if marketplace is not None:
        verdict = _on(_expected(marketplace, known), text, verdict, known)
    if isinstance(verdict, NotFound) or mode is None or verdict.kind == mode:
        return verdict
    code = "shop_in_listing_mode" if verdict.kind == "storefront" else "listing_in_shop_mode"
    name = known.by_id[verdict.marketplace].name
    data = {"marketplace": verdict.marketplace, "name": name, "item_id": verdict.item_id}
    return NotFound(text, code, data | {"seller": verdict.seller or "", "canonical_url": verdict.canonical_url})


def _expected(marketplace: str, known: Directory) -> Marketplace:
    if marketplace not in known.by_id:
        raise ValueError(f"there is no marketplace «{marketplace}»; known are {', '.join(sorted(known.by_id))}")
    return known.by_id[marketplace]


def _on(expected: Marketplace, text: str, verdict: Verdict, known: Directory) -> Verdict:
    """The verdict when only `expected` is wanted: its bare numbers are taken, other marketplaces are not."""
    if isinstance(verdict, Found):
        found = verdict.marketplace
    elif verdict.code in ("short_link", "no_item_id") and not expected.owns(verdict.data["domain"]):
        found = verdict.data["marketplace"]
    else:
        is_bare = verdict.code in ("no_link", "bare_number", "unknown_host")
        return (expected.read_bare(text, without_invisible(text)) if is_bare else None) or verdict
    if found == expected.id:
        return verdict
    data = {"expected": expected.id, "expected_name": expected.name}
    return NotFound(text, "wrong_marketplace", data | {"found": found, "found_name": known.by_id[found].name})


def identified(text: str, known: Directory) -> Verdict:
    """The listing or storefront `text` names on one of the marketplaces known."""
    if len(text) > LONGEST_LINE:
        return NotFound(text, "too_long", {"length": str(len(text)), "most": str(LONGEST_LINE)})
    if unseen := control_characters(text):
        return NotFound(text, "control_characters", {"characters": ", ".join(unseen)})
    line = without_invisible(text)
    if not line:
        return NotFound(text, "empty")
    verdict = _from_links(text, line, known)
    if isinstance(verdict, Found) or verdict.code == "several_links" or (plain := in_plain_width(line)) is None:
        return verdict
    retried = _from_links(text, plain, known)
    return retried if isinstance(retried, Found) else _most_telling([verdict, retried])


def _from_links(text: str, line: str, known: Directory) -> Verdict:
    web, other, plain = tokens(line)
    plain = [token for token in plain if _is_meant_as_link(token, known)]
    if len(web) + len(plain) > MOST_LINKS:
        return NotFound(text, "several_links", {"count": str(len(web) + len(plain))})
    verdicts = [_from_token(text, token, known) for token in (*web, *plain)]
    found = {verdict.canonical_url: verdict for verdict in verdicts if isinstance(verdict, Found)}
    if len(found) > 1:
        return NotFound(text, "several_links", {"count": str(len(found))})
    if found:
        return next(iter(found.values()))
    reasons = [verdict for verdict in verdicts if isinstance(verdict, NotFound)]
    reasons += [NotFound(text, "not_http", {"shown": _shown(token)}) for token in other]
    return _most_telling(reasons or [_without_link(text, line)])


def _is_meant_as_link(token: str, known: Directory) -> bool:
    """Whether a host without `https://` is one: `amazon.de` and `shop.example/9` are, `notes.txt` is not."""
    link = taken_apart(token)
    if link is None:
        return False
    return bool(link.segments or link.query or known.owner(link.host, link.port) or known.resemblance(link.host))


def _without_link(text: str, line: str) -> NotFound:
    return NotFound(text, "bare_number" if _NUMBER.fullmatch(line) else "no_link", {"shown": _shown(line)})


def _most_telling(reasons: list[NotFound]) -> NotFound:
    return min(reasons, key=lambda reason: _TELLING.index(reason.code) if reason.code in _TELLING else len(_TELLING))


def _from_token(text: str, token: str, known: Directory) -> Verdict:
    reasons: list[NotFound] = []
    for cut in cuts(token):
        verdict = _from_link(text, taken_apart(cut), known)
        if isinstance(verdict, Found):
            return verdict
        reasons.append(verdict or NotFound(text, "broken_link", {"shown": _shown(cut)}))
    return _most_telling(reasons)


def _from_link(text: str, link: Link | None, known: Directory) -> Verdict | None:
    if link is None:
        return None
    owner = known.owner(link.host, link.port)
    if owner is None:
        return _foreign(text, link, known)
    if owner.has_listings and (found := owner.marketplace.read(text, link, owner.domain)):
        return found
    return NotFound(text, *_unread(link, owner))


def _unread(link: Link, owner: Owner) -> tuple[str, dict[str, str]]:
    marketplace = owner.marketplace
    data = {"marketplace": marketplace.id, "name": marketplace.name, "host": link.host, "domain": owner.domain}
    if marketplace.is_short(link):
        return "short_link", data | {"link": link.text}
    return "no_item_id", data


def _foreign(text: str, link: Link, known: Directory) -> NotFound:
    """A host that is nobody's here: plainly unknown, or made to be taken for a marketplace's."""
    host = _readable(link.host)
    pretended = next((owner for word in _hosts_in(link.userinfo) if (owner := known.owner(word))), None)
    if pretended:
        data = {"host": host, "looks_like": pretended.domain, "hidden_in": link.userinfo[:SHOWN]}
        return NotFound(text, "lookalike_host", _of(pretended.marketplace, data))
    if like := known.resemblance(link.host):
        return NotFound(text, "lookalike_host", _of(like.marketplace, {"host": host, "looks_like": like.domain}))
    return NotFound(text, "unknown_host", {"host": host})


def _of(marketplace: Marketplace, data: dict[str, str]) -> dict[str, str]:
    return data | {"marketplace": marketplace.id, "name": marketplace.name}


def _hosts_in(userinfo: str) -> Iterator[str]:
    """What before the `@` reads like a host: `www.amazon.com` in `www.amazon.com:dp@…`."""
    return (word.lower() for word in re.split(r"[^\w.-]+", userinfo[:SHOWN]) if "." in word)


def _readable(host: str) -> str:
    """The host as it is read; where letters of other scripts pass for Latin ones, also as browsers write it."""
    if host.isascii():
        return host[:SHOWN]
    written = ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in host.split(".")
    )
    return f"{host[:SHOWN]} ({written[:SHOWN]})"


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
