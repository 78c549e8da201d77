"""What does a description of a marketplace say, and which of it cannot be read?

A draft reads every key once, notes each fault with its place and goes on, so that whoever wrote it hears all at once. The
marketplace comes out only when nothing was noted.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from string import Formatter
from typing import Any, Final

from countermark.core.listing_urls.expressions import ExpressionRefused, compiled
from countermark.core.listing_urls.links import host_of
from countermark.core.listing_urls.marketplace import (
    BarePattern,
    Example,
    HostPattern,
    Marketplace,
    PathPattern,
    Pattern,
)

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_KEYS: Final = frozenset(
    "id name local_name source brands reserved domains share_domains asset_domains canonical listing storefront short bare "
    "good bad".split()
)
_PATTERN_KEYS: Final = frozenset(
    "hosts path query optional upper lower item_id canonical canonical_with_seller".split()
)
_BARE_KEYS: Final = frozenset("text domain upper lower item_id canonical".split())
_EXAMPLE_KEYS: Final = frozenset("paste marketplace item_id canonical_url kind seller variant code".split())
_PLACEHOLDER: Final = re.compile(r"\{(?:host|domain)\}")
_HOST_LABEL: Final = re.compile(r"\*|\{[a-z_]{1,30}\}|[^*{}]+")


@dataclass(frozen=True, slots=True)
class Defect:
    """One fault of a description: a stable code, where it is (`listing[2].path`), and the sentence with the way out."""

    code: str
    where: str
    sentence: str


@dataclass
class Draft:
    """A description being read; every reader notes what is wrong and goes on."""

    given: Mapping[str, Any]
    defects: list[Defect] = field(default_factory=list)

    def note(self, code: str, where: str, sentence: str) -> None:
        self.defects.append(Defect(code, where, sentence))

    def marketplace(self) -> Marketplace | None:
        self.unknown_keys(self.given, _KEYS, "")
        domains = self.domains()
        shared = self.own_hosts("share_domains")
        patterns = (*self.patterns("listing", domains), *self.patterns("storefront", domains))
        short = tuple(self.patterns("short", domains | shared))
        bare = tuple(self.bare(domains))
        identity = self.text("id"), self.text("name")
        if not _ID.fullmatch(identity[0]):
            self.note("id_missing", "id", "an id is lower-case letters, digits and hyphens, like «my-shop».")
        if not identity[1]:
            self.note("name_missing", "name", "give the name people know the marketplace by.")
        if not any(pattern.kind == "listing" for pattern in patterns):
            self.note(
                "listing_missing", "listing", "give at least one [[listing]] with a path and the group (?P<item>…)."
            )
        good, bad = tuple(self.examples("good")), tuple(self.examples("bad"))
        if self.defects:
            return None
        return Marketplace(
            id=identity[0],
            name=identity[1],
            domains=domains,
            patterns=patterns,
            local_name=self.text("local_name"),
            source=self.text("source"),
            brands=tuple(self.texts(self.given, "brands", "")),
            share_domains=tuple(shared),
            asset_domains=tuple(self.own_hosts("asset_domains")),
            short=short,
            short_hosts=tuple(dict.fromkeys(host.text for pattern in short for host in pattern.hosts)),
            bare=bare,
            good=good,
            bad=bad,
        )

    # -- values ---------------------------------------------------------------------------------------------------------

    def unknown_keys(self, table: Mapping[str, Any], known: frozenset[str], where: str) -> None:
        for key in sorted(set(table) - known):
            self.note(
                "unknown_key", f"{where}{key}", f"«{key}» is not read here; known are {', '.join(sorted(known))}."
            )

    def text(self, key: str) -> str:
        value = self.given.get(key, "")
        if isinstance(value, str):
            return value
        self.note("wrong_type", key, "this is a text in quotation marks.")
        return ""

    def texts(self, table: Mapping[str, Any], key: str, where: str) -> list[str]:
        value = table.get(key, [])
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return value
        self.note("wrong_type", f"{where}{key}", "this is a list of texts.")
        return []

    def table(self, table: Mapping[str, Any], key: str, where: str) -> dict[str, str]:
        value = table.get(key, {})
        if isinstance(value, Mapping) and all(isinstance(each, str) for each in value.values()):
            return dict(value)
        self.note("wrong_type", f"{where}{key}", "this is a table of texts.")
        return {}

    def tables(self, key: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        value = self.given.get(key, [])
        if not isinstance(value, list):
            self.note("wrong_type", key, f"this is a list of tables, each opened by [[{key}]].")
            return
        for number, each in enumerate(value, start=1):
            if isinstance(each, Mapping):
                yield f"{key}[{number}].", each
            else:
                self.note("wrong_type", f"{key}[{number}]", f"this is a table, opened by [[{key}]].")

    # -- hosts ----------------------------------------------------------------------------------------------------------

    def domains(self) -> dict[str, str]:
        given = self.table(self.given, "domains", "")
        if not given:
            self.note("host_missing", "domains", 'name the domains, like "shop.example" = "www.shop.example".')
        for domain, host in given.items():
            for text in (domain, host):
                self.host(text, f"domains.{domain}")
            if not is_under(host, given):
                self.note("host_foreign", f"domains.{domain}", f"«{host}» is under none of the domains named here.")
        return given

    def own_hosts(self, key: str) -> dict[str, str]:
        given = self.texts(self.given, key, "")
        for domain in given:
            self.host(domain, key)
        return dict.fromkeys(given, "")

    def host(self, text: str, where: str) -> None:
        bare = text.partition(":")[0]
        if host_of(text) != text or ("." not in bare and bare != "localhost"):
            self.note("bad_host", where, f"«{text}» is no host; write it in lower case, like «shop.example».")

    def host_pattern(self, text: str, domains: Mapping[str, str], where: str) -> HostPattern:
        labels = text.split(".")
        if not all(_HOST_LABEL.fullmatch(label) for label in labels) or any(set("*{") & set(x) for x in labels[1:]):
            self.note("bad_host", where, f"«{text}»: only the first label can be * or {{seller}}.")
        elif not is_under(text, domains):
            self.note("host_foreign", where, f"«{text}» is under none of the domains of this marketplace.")
        return HostPattern(text)

    # -- patterns -------------------------------------------------------------------------------------------------------

    def patterns(self, key: str, domains: Mapping[str, str]) -> Iterator[Pattern]:
        reserved = frozenset(self.texts(self.given, "reserved", ""))
        for where, table in self.tables(key):
            self.unknown_keys(table, _PATTERN_KEYS, where)
            hosts = tuple(
                self.host_pattern(text, domains, f"{where}hosts") for text in self.texts(table, "hosts", where)
            )
            pattern = Pattern(
                kind="storefront" if key == "storefront" else "listing",
                paths=self.paths(table, where),
                hosts=hosts,
                query=tuple(self.queries(table, "query", where)),
                optional=tuple(self.queries(table, "optional", where)),
                reserved=reserved if key == "storefront" else frozenset(),
            )
            yield pattern if key == "short" else self.finished(pattern, table, where, domains)

    def paths(self, table: Mapping[str, Any], where: str) -> tuple[PathPattern, ...]:
        given = table.get("path", "**")
        texts = given if isinstance(given, list) else [given]
        if texts and all(isinstance(text, str) for text in texts):
            return tuple(self.path(text, f"{where}path") for text in texts)
        self.note("wrong_type", f"{where}path", "this is a text in quotation marks, or a list of such texts.")
        return ()

    def path(self, text: str, where: str) -> PathPattern:
        pieces = [piece for piece in text.split("/") if piece]
        before, after = pieces[:1] == ["**"], pieces[-1:] == ["**"]
        body = [piece for piece in pieces[before:] if piece is not pieces[-1] or not after]
        expressions = [self.expression(".+" if piece == "*" else piece, where) for piece in body]
        return PathPattern(tuple(each for each in expressions if each), before, after)

    def queries(self, table: Mapping[str, Any], key: str, where: str) -> Iterator[tuple[str, re.Pattern[str]]]:
        for name, text in self.table(table, key, where).items():
            if expression := self.expression(text, f"{where}{key}.{name}"):
                yield name.lower(), expression

    def expression(self, text: str, where: str) -> re.Pattern[str] | None:
        try:
            return compiled(text)
        except ExpressionRefused as fault:
            self.note("bad_expression", where, f"{fault}.")
            return None

    def finished(self, pattern: Pattern, table: Mapping[str, Any], where: str, domains: Mapping[str, str]) -> Pattern:
        """The pattern with its templates, checked against the parts it can read."""
        shared = self.table(self.given, "canonical", "")
        parts = parts_read(pattern)
        needed = "seller" if pattern.kind == "storefront" else "item"
        if needed not in parts:
            self.note("item_missing", where.rstrip("."), f"the path, host or query must read a group (?P<{needed}>…).")
        done = replace(
            pattern,
            upper=frozenset(self.texts(table, "upper", where)),
            lower=frozenset(self.texts(table, "lower", where)),
            item_id=str(table.get("item_id", f"{{{needed}}}")),
            canonical=str(table.get("canonical", shared.get(pattern.kind, ""))),
            canonical_with_seller=str(
                table.get("canonical_with_seller", shared.get(f"{pattern.kind}_with_seller", ""))
            ),
        )
        needs = self.template(done.item_id, f"{where}item_id", parts)
        shown = self.address(done.canonical, f"{where}canonical", parts, domains)
        if done.canonical_with_seller:
            self.address(done.canonical_with_seller, f"{where}canonical_with_seller", parts | {"seller"}, domains)
        if needed not in shown:
            self.note(
                "bad_template", f"{where}canonical", f"the address must hold {{{needed}}}, or all would be the same."
            )
        return replace(done, needs=frozenset((needs | shown) - {"host", "domain"}))

    def bare(self, domains: Mapping[str, str]) -> Iterator[BarePattern]:
        for where, table in self.tables("bare"):
            self.unknown_keys(table, _BARE_KEYS, where)
            domain = str(table.get("domain", next(iter(domains), "")))
            if domain not in domains:
                self.note("host_foreign", f"{where}domain", f"«{domain}» is none of the domains of this marketplace.")
            text = self.expression(str(table.get("text", "")), f"{where}text")
            if text is not None:
                reads = Pattern(kind="listing", paths=(PathPattern((text,)),))
                yield BarePattern(text, domain, self.finished(reads, table, where, domains))

    # -- templates and examples -----------------------------------------------------------------------------------------

    def template(self, text: str, where: str, parts: frozenset[str]) -> set[str]:
        try:
            pieces = [(name, spec, turned) for _, name, spec, turned in Formatter().parse(text) if name is not None]
        except ValueError as fault:
            self.note("bad_template", where, f"«{text}» cannot be read: {fault}.")
            return set()
        if any(spec or turned for _, spec, turned in pieces):
            self.note("bad_template", where, f"«{text}»: a field is a plain name, like {{item}}.")
        names = {name for name, _, _ in pieces}
        for name in sorted(names - parts):
            self.note(
                "unknown_field",
                where,
                f"{{{name}}} is no part this pattern reads; it reads {', '.join(sorted(parts))}.",
            )
        return names & parts

    def address(self, text: str, where: str, parts: frozenset[str], domains: Mapping[str, str]) -> set[str]:
        names = self.template(text, where, parts | {"host", "domain"})
        scheme, _, rest = text.partition("://")
        host = rest.partition("/")[0]
        if scheme not in ("https", "http") or not host:
            self.note("bad_template", where, f"«{text}»: write a whole address, like https://{{host}}/item/{{item}}.")
        elif not is_under(_PLACEHOLDER.sub(next(iter(domains), ""), host).replace("{seller}", "*"), domains):
            self.note("host_foreign", where, f"«{host}» is under none of the domains of this marketplace.")
        return names

    def examples(self, key: str) -> Iterator[Example]:
        for where, table in self.tables(key):
            self.unknown_keys(table, _EXAMPLE_KEYS, where)
            paste = table.get("paste")
            if not isinstance(paste, str) or (key == "bad" and "code" not in table):
                self.note(
                    "bad_example", where.rstrip("."), "an example has a `paste`, and a bad one the `code` it must get."
                )
                continue
            yield Example(paste, {name: str(value) for name, value in table.items() if name != "paste"})


def parts_read(pattern: Pattern) -> frozenset[str]:
    """The names of the parts a pattern always reads: from each of its hosts, each of its paths, or its query."""
    hosts = [{host.text[1:].partition("}")[0]} if host.text.startswith("{") else set() for host in pattern.hosts]
    paths = [{name for expression in path.body for name in expression.groupindex} for path in pattern.paths]
    query = {name for _, expression in pattern.query for name in expression.groupindex}
    always = [set.intersection(*each) for each in (hosts, paths) if each]
    return frozenset(query.union(*always))


def is_under(host: str, domains: Mapping[str, str]) -> bool:
    """Whether `host`, which may start with `*` or `{seller}`, is one of the domains or below one."""
    return any(host == domain or host.endswith("." + domain) for domain in domains)
