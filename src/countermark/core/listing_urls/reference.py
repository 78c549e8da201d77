"""How does the reference page on listing links read?

It is written from the very marketplaces and sentences the code runs, so that it cannot say anything else:
`python -m countermark.core.listing_urls.reference > docs/reference/listing-urls.md`.
"""

import sys
from collections.abc import Iterator

from countermark.core.listing_urls.limits import LONGEST_LINE, MOST_LINKS
from countermark.core.listing_urls.marketplace import Marketplace, PathPattern, Pattern
from countermark.core.listing_urls.shipped import marketplaces
from countermark.core.listing_urls.verdicts import SENTENCES

INTRODUCTION = f"""# Listing links

Which links the product reads, and what it makes of them. Written from the marketplaces the code runs
(`src/countermark/core/marketplaces/*.toml`); a test compares it with them.

A pasted line may hold a share text around its link, miss its `https://`, or have punctuation and emoji glued to it.
Upper case, ports, user names, tracking parameters and fragments never change what a link names. A line has at most
{LONGEST_LINE:,} characters and {MOST_LINKS} links. Nothing is fetched: a short link is handed back to be opened first.

Two lines mean the same listing exactly when their canonical URL is the same. The item id alone is not enough: one number
may be offered on several regional sites, and on Amazon by several sellers.

## A marketplace of your own

`countermark url --patterns FILE`, and the operator's pages, take a description in the same form:

```toml
id   = "lantern-market"
name = "Lantern Market"

[domains]                                  # domain = the host canonical URLs use
"lantern.example" = "www.lantern.example"

[canonical]
listing    = "https://{{host}}/items/{{item}}"
storefront = "https://{{host}}/shops/{{seller}}"

[[listing]]
path  = '**/items/(?P<item>[a-z0-9-]{{4,40}})/**'   # `*` is any one segment, `**` any number

[[storefront]]
path  = 'shops/(?P<seller>[a-z0-9-]{{2,40}})'

[[good]]
paste   = "lantern.example/items/cup-1?ref=mail"
item_id = "cup-1"
```

Expressions match a whole path segment or query value. They know characters, classes, groups, alternatives, `?` and counted
repeats, and one open-ended repeat; what could take long on a hostile link is refused, with every other fault, at once.
Keys: `hosts` (`{{seller}}.shop.example` reads one label), `path`, `query` (must be there), `optional` (may be), `upper`,
`lower`, `item_id`, `canonical`, `canonical_with_seller`; `[[short]]` for links that must be opened, `[[bare]]` with `text`
for numbers without a link, `share_domains`, `asset_domains`, `brands`, `reserved`, `[[good]]` and `[[bad]]` examples.
"""


def as_markdown() -> str:
    """The whole page."""
    known = marketplaces()
    parts = [INTRODUCTION, _answers(), f"## The {len(known)} marketplaces\n", *(_section(each) for each in known)]
    return "\n".join(parts)


def _answers() -> str:
    rows = (f"| `{code}` | {_cell(text)} |" for code, text in SENTENCES.items() if code != "look_alike_userinfo")
    return "## Why no listing was found\n\n" + _table(("code", "sentence"), rows)


def _section(marketplace: Marketplace) -> str:
    title = f"{marketplace.name} {marketplace.local_name}".strip()
    domains = ", ".join(f"`{domain}`" for domain in marketplace.domains)
    lines = [f"### {title} (`{marketplace.id}`)\n", f"Domains: {domains}. {marketplace.source}\n"]
    lines.append(_table(("names", "host", "path and query", "canonical URL"), _rows(marketplace)))
    if marketplace.bare:
        forms = ", ".join(f"`{bare.text.pattern}`" for bare in marketplace.bare)
        lines.append(f"Numbers taken without a link, once the marketplace is chosen: {forms}.\n")
    lines.append(_table(("pasted", "read as"), _examples(marketplace)))
    return "\n".join(lines)


def _rows(marketplace: Marketplace) -> Iterator[str]:
    for kind, patterns in (("", marketplace.patterns), ("short link", marketplace.short)):
        for pattern in patterns:
            hosts = "<br>".join(_code(host.text) for host in pattern.hosts) or "any"
            canonical = "to be opened first" if kind else _code(pattern.canonical_with_seller or pattern.canonical)
            yield f"| {kind or pattern.kind} | {hosts} | {_form(pattern)} | {canonical} |"


def _form(pattern: Pattern) -> str:
    paths = [_code(_path(path)) for path in pattern.paths]
    required = [_code(f"?{name}={expression.pattern}") for name, expression in pattern.query]
    optional = [_code(f"?{name}={expression.pattern}") + " if there" for name, expression in pattern.optional]
    return "<br>".join((*paths, *required, *optional))


def _path(path: PathPattern) -> str:
    body = ["*" if each.pattern == ".+" else each.pattern for each in path.body]
    return "/" + "/".join((["**"] if path.any_before else []) + body + (["**"] if path.any_after and body else []))


def _examples(marketplace: Marketplace) -> Iterator[str]:
    for example in marketplace.good:
        read = example.expected.get("canonical_url") or example.expected.get("item_id") or example.expected["seller"]
        yield f"| {_code(example.paste)} | {_code(read)} |"
    for example in marketplace.bad:
        yield f"| {_code(example.paste)} | not found: {_code(example.expected['code'])} |"


def _table(head: tuple[str, ...], rows: Iterator[str]) -> str:
    return "\n".join((f"| {' | '.join(head)} |", "|" + " --- |" * len(head), *rows)) + "\n"


def _code(text: str) -> str:
    return f"`{_cell(text)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
