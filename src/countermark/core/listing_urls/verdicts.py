"""What is said about one pasted line?

Either the listing or storefront it names, or why it names none. A `NotFound` carries a stable code and its data, so that
every door can word it in its reader's language; `error` is the English sentence: the thing, the obstacle, the way out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Kind = Literal["listing", "storefront"]

SENTENCES: Final[Mapping[str, str]] = {
    "empty": "There is nothing here. Paste the link of one listing.",
    "too_long": (
        "This line has {length} characters; a link has at most {most}. Copy the address of the listing alone and "
        "paste one link per line."
    ),
    "control_characters": (
        "This line holds characters no link can hold ({characters}). Copy the address again from the browser's "
        "address bar."
    ),
    "no_link": ("«{shown}» holds no link. Open the listing in a browser, copy its address and paste it here."),
    "bare_number": (
        "«{shown}» may be a listing number, but on its own it does not say where. Paste the link of the listing."
    ),
    "not_http": (
        "«{shown}» opens an app or a file, not a web page. Open the listing in a browser and copy the address that "
        "starts with https://."
    ),
    "broken_link": (
        "«{shown}» is no web address a browser could open. Copy the address again from the browser's address bar."
    ),
    "look_alike_userinfo": (
        "This link only pretends to lead to {looks_like}: it opens {host}. Find the listing on {looks_like} yourself "
        "and copy its address there."
    ),
    "lookalike_host": (
        "{host} only looks like {looks_like}; it does not belong to {name}. Find the listing on {looks_like} yourself "
        "and copy its address there."
    ),
    "unknown_host": (
        "{host} is none of the marketplaces known here. Check the address; if listings there should be taken, the "
        "operator can add the marketplace."
    ),
    "no_item_id": (
        "This link leads to {name}, but to no single listing or shop. Open the listing itself and copy its address."
    ),
    "short_link": (
        "{link} is a short link of {name} that does not say which listing it leads to. Open it in a browser and "
        "copy the address it ends at."
    ),
    "shop_in_listing_mode": (
        "This is a shop on {name} ({seller}), not a listing. Paste the links of its listings, or choose to complain "
        "about the storefront."
    ),
    "listing_in_shop_mode": (
        "This is a listing on {name} ({item_id}), not a shop. Paste the link of the shop, or choose to complain "
        "about listings."
    ),
    "wrong_marketplace": (
        "This link leads to {found_name}, but the complaint is for {expected_name}. Take this line out and file it "
        "in a complaint for {found_name}."
    ),
    "several_links": ("This line holds {count} links. Put each link on a line of its own."),
    "duplicate": ("This is the same as line {first_line}. It counts once; this line can be taken out."),
    "over_limit": (
        "{limit} lines are taken at once, this one is number {position}. Send the first {limit}, then paste the rest."
    ),
}


@dataclass(frozen=True, slots=True)
class Found:
    """One listing or storefront. **Two lines mean the same one exactly when their `canonical_url` is the same.**

    `item_id` alone does not identify: one ASIN or one number may be offered on several regional sites. For a storefront
    `item_id` is the shop's own id or name. `variant` (colour, size) never tells two listings apart; `seller` does where
    several sell under one number (Amazon), and is then part of the canonical URL.
    """

    input: str
    marketplace: str
    item_id: str
    canonical_url: str
    kind: Kind
    seller: str | None = None
    variant: str | None = None


@dataclass(frozen=True, slots=True)
class NotFound:
    """Why no listing was found. `code` is a key of `SENTENCES` and never changes its meaning."""

    input: str
    code: str
    data: Mapping[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The sentence of `SENTENCES` that fits, its `{fields}` not yet filled in: what a door translates."""
        return SENTENCES["look_alike_userinfo" if "hidden_in" in self.data else self.code]

    @property
    def error(self) -> str:
        """The English sentence: the thing, the obstacle, the way out."""
        return self.sentence.format_map(self.data)


Verdict = Found | NotFound


@dataclass(frozen=True, slots=True)
class Line:
    """One pasted line: its number as the person sees it (blank lines count), what was pasted, and the verdict."""

    number: int
    raw: str
    verdict: Verdict
