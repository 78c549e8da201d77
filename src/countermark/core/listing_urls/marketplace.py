"""How does a marketplace write its addresses, and what does one of them name?

A marketplace is data: the domains it owns and the patterns its links follow. A pattern reads a link that is already taken
apart; it never sees raw text. Patterns are tried in the order of the file, listings before storefronts before short links.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from countermark.core.listing_urls.links import Link
from countermark.core.listing_urls.verdicts import Found, Kind

Groups = dict[str, str]
Queries = tuple[tuple[str, re.Pattern[str]], ...]
_HEAD = re.compile(r"[A-Za-z0-9._|-]*")


@dataclass(frozen=True, slots=True)
class HostPattern:
    """`item.taobao.com` is that host, `*.tmall.com` any host below, `{seller}.tmall.com` one label, which is read."""

    text: str

    def read(self, host: str) -> Groups | None:
        first, _, rest = self.text.partition(".")
        if first == "*":
            return {} if host.endswith("." + rest) else None
        if not first.startswith("{"):
            return {} if host == self.text else None
        label = host.removesuffix("." + rest)
        return {first[1:-1]: label} if label != host and "." not in label else None


@dataclass(frozen=True, slots=True)
class PathPattern:
    """Expressions for consecutive segments; `*` stands for any one, `**` before or after them for any number."""

    body: tuple[re.Pattern[str], ...]
    any_before: bool = False
    any_after: bool = False

    def read(self, segments: tuple[str, ...]) -> Groups | None:
        spare = len(segments) - len(self.body)
        if spare < 0 or (spare and not (self.any_before or self.any_after)):
            return None
        last = spare if self.any_before else 0
        for start in range(0 if self.any_after else spare, last + 1):
            groups = self._read_from(segments, start)
            if groups is not None:
                return groups
        return None

    def _read_from(self, segments: tuple[str, ...], start: int) -> Groups | None:
        groups: Groups = {}
        for expression, segment in zip(self.body, segments[start:], strict=False):
            match = expression.fullmatch(segment)
            if match is None:
                return None
            groups.update(_present(match))
        return groups


@dataclass(frozen=True, slots=True)
class Pattern:
    """One form of address, and what its parts are called. An empty `hosts` means any host of the marketplace.

    `needs` are the parts the templates fill in; a link without one of them does not have this form.
    """

    kind: Kind
    paths: tuple[PathPattern, ...]
    hosts: tuple[HostPattern, ...] = ()
    query: Queries = ()
    optional: Queries = ()
    reserved: frozenset[str] = frozenset()
    upper: frozenset[str] = frozenset()
    lower: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    item_id: str = "{item}"
    canonical: str = ""
    canonical_with_seller: str = ""

    def read(self, link: Link) -> Groups | None:
        """The named parts of `link`, or nothing when it does not have this form."""
        groups = self._read_host(link.host)
        if groups is None:
            return None
        path = next((read for each in self.paths if (read := each.read(link.segments)) is not None), None)
        if path is None:
            return None
        groups |= path
        for name, expression in self.query:
            match = expression.fullmatch(link.query.get(name, ""))
            if match is None:
                return None
            groups |= _present(match)
        self._read_optional(link.query, groups)
        return self.in_one_case(groups)

    def _read_host(self, host: str) -> Groups | None:
        if not self.hosts:
            return {}
        return next((groups for pattern in self.hosts if (groups := pattern.read(host)) is not None), None)

    def _read_optional(self, query: Mapping[str, str], groups: Groups) -> None:
        """Text glued to an optional value is cut off: a seller read short of it is better than none."""
        for name, expression in self.optional:
            value = query.get(name)
            if value is None:
                continue
            match = expression.fullmatch(value) or expression.fullmatch(_HEAD.match(value)[0])  # type: ignore[index]
            if match:
                groups.update({part: text for part, text in _present(match).items() if part not in groups})

    def in_one_case(self, groups: Groups) -> Groups | None:
        """The parts in the marketplace's own spelling; nothing when one is missing or is no shop's name."""
        for name in self.upper & groups.keys():
            groups[name] = groups[name].upper()
        for name in self.lower & groups.keys():
            groups[name] = groups[name].lower()
        complete = self.needs <= groups.keys() and groups.get("seller", "").lower() not in self.reserved
        return groups if complete else None


@dataclass(frozen=True, slots=True)
class BarePattern:
    """A listing number pasted without its link, and the site it is then taken to be on."""

    text: re.Pattern[str]
    domain: str
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Example:
    """A pasted text and what must come of it; run by `define` and by the tests."""

    paste: str
    expected: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Marketplace:
    """A marketplace as its patterns describe it.

    `domains` gives each domain its listings are on the host canonical URLs use. On `share_domains` there are only short
    links, on `asset_domains` only pictures: they are the marketplace's own too, but no listing is ever read from them.
    """

    id: str
    name: str
    domains: Mapping[str, str]
    patterns: tuple[Pattern, ...]
    local_name: str = ""
    source: str = ""
    brands: tuple[str, ...] = ()
    share_domains: tuple[str, ...] = ()
    asset_domains: tuple[str, ...] = ()
    short: tuple[Pattern, ...] = ()
    short_hosts: tuple[str, ...] = ()
    bare: tuple[BarePattern, ...] = ()
    good: tuple[Example, ...] = field(default=(), repr=False)
    bad: tuple[Example, ...] = field(default=(), repr=False)

    def read(self, text: str, link: Link, domain: str) -> Found | None:
        """The listing or storefront `link` names; `domain` is the one of `domains` its host is under."""
        for pattern in self.patterns:
            if (groups := pattern.read(link)) is not None:
                return self._found(text, pattern, groups, domain)
        return None

    def read_bare(self, text: str, stripped: str) -> Found | None:
        """The listing a bare number names."""
        for bare in self.bare:
            match = bare.text.fullmatch(stripped)
            if match and (groups := bare.pattern.in_one_case(_present(match))):
                return self._found(text, bare.pattern, groups, bare.domain)
        return None

    def owns(self, domain: str) -> bool:
        """Whether `domain` is one of its own, for listings or for short links."""
        return domain in self.domains or domain in self.share_domains

    def is_short(self, link: Link) -> bool:
        """Whether `link` has to be opened before it says what it leads to."""
        return any(pattern.read(link) is not None for pattern in self.short)

    def _found(self, text: str, pattern: Pattern, groups: Groups, domain: str) -> Found:
        seller = groups.get("seller")
        with_seller = bool(seller and pattern.canonical_with_seller)
        quoted = {name: quote(value, safe="") for name, value in groups.items()}
        hosts = {"host": self.domains[domain], "domain": domain}
        template = pattern.canonical_with_seller if with_seller else pattern.canonical
        return Found(
            input=text,
            marketplace=self.id,
            item_id=pattern.item_id.format_map(groups),
            canonical_url=template.format_map(quoted | hosts),
            kind=pattern.kind,
            seller=seller,
            variant=groups.get("variant"),
        )


def _present(match: re.Match[str]) -> Groups:
    return {name: value for name, value in match.groupdict().items() if value}
