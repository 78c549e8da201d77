"""Why was this listing found? The words with the stretch that was met, the pictures with the place they share, and how sure.

For whoever may see it: the reviewer, the rights holder, the seller whose listing it is. Whoever asks says by `address_of` where
the file of a picture is read, of one of the listing's own (None) or of a known one; "" for one that is not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext

from countermark.apps.complaints.models import Complaint
from countermark.apps.orders.models import Order
from countermark.apps.screening import link_list, selectors, words
from countermark.apps.screening.models import Finding, Picture, SellerLink
from countermark.apps.work import moments
from countermark.entrypoints import look_alikes
from countermark.matching.judging import Belief, numbers_of

WORDS_OPEN, PICTURES_OPEN = 6, 3  # so many are shown at once; the rest unfolds
LONGEST_OBSERVED = 200  # characters of a stretch that are repeated beside the title
UNSEEN = (
    "text:lookalike",
    "text:invisible",
    "text:wide",
    "text:styled",
)  # what stands there looks like the word itself
LONGEST_ROW = 240  # characters of a title in a list, and what was met where they end
BESIDE = 40  # characters kept around what was met, in a list
WHOLE_TITLE = "text:relisted"  # it is the title as a whole that was met, not a stretch of it
Corners = Sequence[Sequence[float]]
AddressOf = Callable[[int, Picture | None], str]


class Part(NamedTuple):
    """A stretch of text; `is_met` where a protected word was met in it."""

    text: str
    is_met: bool


@dataclass(frozen=True)
class WordsMet:
    """A protected word and how it stands in the listing."""

    observed: str
    canonical: str
    odd: list[Part]  # what stands there, taken apart where it is not what it stands for
    kind: str
    how: str
    letters: list[str]  # which are not what they look like
    said: str  # all that is to be said of it, in sentences


@dataclass(frozen=True)
class PictureMet:
    """A picture of the listing beside the known one it repeats, with the place they share in either."""

    number: int  # of the listing's pictures, from 1
    how: str
    src: str  # where the listing's picture is read; "": only its address at the marketplace is known
    url: str
    place: str  # corners as SVG takes them: "0.1,0.2 0.9,0.2 …", "" when it is the whole picture
    known_src: str
    known_place: str
    known_said: str
    figures: str  # how alike they are, in sentences


@dataclass(frozen=True)
class Shown:
    """One finding as a page shows it."""

    finding: Finding
    title: list[Part]
    brand: list[Part]
    words: list[WordsMet]
    pictures: list[PictureMet]
    others: list[str]  # what plug-ins of the installation found
    together: list[str]
    glance: str

    @property
    def first_words(self) -> list[WordsMet]:
        return self.words[:WORDS_OPEN]

    @property
    def more_words(self) -> list[WordsMet]:
        return self.words[WORDS_OPEN:]

    @property
    def first_pictures(self) -> list[PictureMet]:
        return self.pictures[:PICTURES_OPEN]

    @property
    def more_pictures(self) -> list[PictureMet]:
        return self.pictures[PICTURES_OPEN:]


def title_of(finding: Finding) -> list[Part]:
    """The title taken apart where something was met, shortened for a list: nothing is read for it."""
    parts = marked(finding.title or finding.item_id, _spans(_of_kind(finding, "text:"), "title"))
    return _cut([_shortened(parts, n) for n in range(len(parts))]) if len(finding.title) > 3 * BESIDE else parts


def _cut(parts: Sequence[Part]) -> list[Part]:
    """The parts up to where the whole is too long for a row."""
    shown: list[Part] = []
    for part in parts:
        if sum(len(each.text) for each in shown) > LONGEST_ROW:
            return [*shown, Part("…", False)]
        shown.append(part)
    return shown


def _shortened(parts: Sequence[Part], n: int) -> Part:
    """One part: of what lies between two that were met either end is kept, of the others the end that is next to one."""
    text, is_met = parts[n]
    first, last = n == 0, n == len(parts) - 1
    if len(text) <= 2 * BESIDE or (is_met and len(text) <= 3 * BESIDE):
        return parts[n]
    begins = "" if first and not last else text[:BESIDE]
    return Part(f"{begins}…{'' if last else text[-BESIDE:]}", is_met)


def glance_of(finding: Finding) -> str:
    """Why, in one sentence, for a list: nothing is read for it."""
    met = [_words_met(each) for each in _of_kind(finding, "text:")[:1]]
    seen = [_picture_met(each, finding, {}, _nowhere) for each in _of_kind(finding, "picture:")[:1]]
    return glance(met, seen, [] if met or seen else words.combination_said(finding.combination))


def _of_kind(finding: Finding, beginning: str) -> list[Mapping[str, Any]]:
    signals = (each for each in finding.signals if isinstance(each, Mapping))
    return [each for each in signals if str(each.get("kind", "")).startswith(beginning)]


def _nowhere(file: int, known: Picture | None) -> str:
    return ""


def shown(finding: Finding, address_of: AddressOf) -> Shown:
    """What was found in one listing."""
    texts, pictures = _of_kind(finding, "text:"), _of_kind(finding, "picture:")
    known = selectors.known_pictures(pictures)
    met = [_words_met(each) for each in _distinct(texts)]
    seen = [_picture_met(each, finding, known, address_of) for each in pictures]
    others = [words.kind_said(each["kind"]) for each in _of_kind(finding, "") if each not in (*texts, *pictures)]
    brand = str(finding.shown.get("brand") or "")
    return Shown(
        finding=finding,
        title=marked(finding.title, _spans(texts, "title")),
        brand=marked(brand, _spans(texts, "brand")),
        words=met,
        pictures=seen,
        others=others,
        together=words.combination_said(finding.combination),
        glance=glance(met, seen, others),
    )


def for_staff(file: int, known: Picture | None) -> str:
    """Where staff reads a picture: any of them."""
    return reverse("file", args=[file])


def of_order(order: Order) -> Shown | None:
    """What a measure rests on, for staff; None where it does not rest on a finding."""
    finding = selectors.of_order(order.pk) if order.source == "screening" else None
    return shown(finding, for_staff) if finding else None


def glance(met: Sequence[WordsMet], seen: Sequence[PictureMet], others: Sequence[str]) -> str:
    """Why, in one sentence: the first word met and the first picture."""
    said = []
    if met:
        said.append(_words_said(met[0]))
    if seen:
        said.append(gettext("picture %(n)s: %(how)s") % {"n": seen[0].number, "how": seen[0].how})
    return pgettext("mark between two pieces", "; ").join(said or others)


def sure_of(finding: Finding) -> str:
    """How probable it is that the finding is right, and between what, by the opinions its rule set counted."""
    weight = numbers_of(finding.rules.numbers).prior_weight + sum(finding.rules.counts.get(finding.combination, (0, 0)))
    return words.probability_said(finding.probability, *Belief(finding.probability, weight).interval)


def _words_said(met: WordsMet) -> str:
    """What stands there for which word; where both look the same to the eye, which letters are not what they seem."""
    told = {
        "observed": cut(met.observed),
        "canonical": met.canonical,
        "how": met.how,
        "letters": moments.joined(met.letters),
    }
    if met.observed == met.canonical:
        return gettext("“%(observed)s”, %(how)s") % told
    if met.letters and met.kind in UNSEEN:
        return gettext("“%(canonical)s”, %(how)s: %(letters)s") % told
    return gettext("“%(observed)s” for “%(canonical)s”, %(how)s") % told


def cut(text: str, most: int = 60) -> str:
    """The beginning of a text that is too long for a heading or a row."""
    return text if len(text) <= most else f"{text[:most]}…"


# --- words ----------------------------------------------------------------------------------------------------------------


def marked(text: str, spans: Iterable[tuple[int, int]]) -> list[Part]:
    """The text taken apart where something was met; stretches that lie in one another are one."""
    parts, end = [], 0
    for first, last in sorted(spans):
        first, last = max(first, end), min(last, len(text))
        if first >= last:
            continue
        parts += [Part(text[end:first], False), Part(text[first:last], True)]
        end = last
    return [part for part in (*parts, Part(text[end:], False)) if part.text]


def _distinct(signals: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Each once, where the same word is protected several times."""
    found: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for each in signals:
        figures = each.get("figures", {})
        said = (str(figures.get(name, "")) for name in ("field", "observed", "canonical"))
        found.setdefault((each["kind"], *(text.casefold() for text in said)), each)
    return list(found.values())


def _spans(signals: Iterable[Mapping[str, Any]], field: str) -> list[tuple[int, int]]:
    figures = (each.get("figures", {}) for each in signals if each["kind"] != WHOLE_TITLE)
    spans = (each.get("span") for each in figures if each.get("field", "title") == field)
    return [(int(span[0]), int(span[1])) for span in spans if span]


def _words_met(signal: Mapping[str, Any]) -> WordsMet:
    figures = signal.get("figures", {})
    observed, canonical = str(figures.get("observed", "")), str(figures.get("canonical", ""))
    letters = look_alikes.named(observed, canonical)
    return WordsMet(
        observed=observed[:LONGEST_OBSERVED],
        canonical=canonical,
        odd=[Part(*each) for each in look_alikes.odd(observed[:LONGEST_OBSERVED], canonical)],
        how=words.kind_said(signal["kind"]),
        letters=letters,
        said=moments.sentences(_said(signal["kind"], figures, letters)),
        kind=str(signal["kind"]),
    )


def _said(kind: str, figures: Mapping[str, Any], letters: Sequence[str]) -> Iterable[str]:
    """How it stands there, by which letters; what the words around say of it, and what agrees beside it."""
    pattern = (
        gettext("In the brand field, %(how)s.")
        if figures.get("field") == "brand"
        else gettext("It stands there %(how)s.")
    )
    yield pattern % {"how": words.kind_said(kind)}
    if letters:
        yield gettext("These are not what they seem: %(letters)s.") % {"letters": moments.joined(letters)}
    if (says := figures.get("context")) in words.CONTEXTS:
        yield str(words.CONTEXTS[says]) % {"word": figures.get("word", "")}
    yield from (str(words.AGREE[each]) for each in figures.get("support", ()) if each in words.AGREE)


# --- pictures -------------------------------------------------------------------------------------------------------------


def _picture_met(
    signal: Mapping[str, Any], finding: Finding, known: Mapping[int, Picture], address_of: AddressOf
) -> PictureMet:
    figures = signal.get("figures", {})
    at = int(figures.get("picture") or 0)
    own = finding.pictures[at] if at < len(finding.pictures) else {}
    picture = known.get(figures.get("known") or 0)
    known_src = address_of(picture.file_id, picture) if picture else ""
    return PictureMet(
        number=at + 1,
        how=_how(signal["kind"], figures),
        src=address_of(own["file"], None) if own.get("file") else "",
        url=str(own.get("url") or ""),
        place=corners(figures.get("place")),
        known_src=known_src,
        known_place=corners(figures.get("known_place")),
        known_said=_known_said(
            picture, is_shown=bool(known_src), of_old=str(signal.get("about")).startswith("fingerprint:")
        ),
        figures=moments.sentences(_figures_said(figures)),
    )


def _how(kind: str, figures: Mapping[str, Any]) -> str:
    """How the known picture is met; a part also when it is mirrored."""
    if kind == "picture:part" and figures.get("way") == "mirrored":
        return gettext("a part of the picture, mirrored")
    return words.kind_said(kind)


def corners(polygon: Corners | None) -> str:
    """Corners in fractions of width and height as an SVG polygon takes them; "" for none, and for what is no polygon."""
    if not polygon or len(polygon) < 3:
        return ""
    return " ".join(f"{min(max(float(x), 0), 1):.4f},{min(max(float(y), 0), 1):.4f}" for x, y in polygon)


def _known_said(picture: Picture | None, *, is_shown: bool, of_old: bool) -> str:
    """What the known picture is. What another seller did is told to nobody who may not see the picture."""
    if picture is None:
        return (
            gettext("A picture of a listing that was taken down")
            if of_old
            else gettext("A picture that is no longer kept")
        )
    if picture.reference is not None:
        return gettext("Registered for %(right)s") % {"right": picture.reference.right.name}
    if picture.fingerprint is None or not is_shown:
        return gettext("A picture of a listing that was taken down")
    return gettext("Taken down in %(case)s") % {"case": picture.fingerprint.complaint.number}


def _figures_said(figures: Mapping[str, Any]) -> Iterable[str]:
    """How alike the two are, in figures a person can weigh."""
    if figures.get("place") or figures.get("known_place"):
        yield gettext("The outline shows what both have in common.")
    else:
        yield gettext("It is the whole picture.")
    if isinstance(distance := figures.get("distance"), int):
        said = ngettext("%(n)s of 256 bits of its hash differs.", "%(n)s of 256 bits of its hash differ.", distance)
        yield said % {"n": distance}
    if isinstance(points := figures.get("points"), int) and points:
        yield ngettext("%(n)s point lies alike.", "%(n)s points lie alike.", points) % {"n": points}
    if isinstance(colours := figures.get("colours"), (int, float)):
        yield gettext("Its colours agree to %(n)s %%.") % {"n": round(100 * colours)}
    if figures.get("figurative"):
        yield gettext("It has few lines, as a logo has: many pictures resemble it.")


# --- what came back -------------------------------------------------------------------------------------------------------


class CameBack(NamedTuple):
    """The findings tied to one case, the newest first, and how many there are."""

    rows: list[dict[str, Any]]
    count: int
    all_url: str = ""  # where all of them stand, for whoever has such a page

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


def came_back(complaint: Complaint, url: str = "") -> CameBack:
    """What repeats the listing taken down in this case. `url`: the name of the page of a finding, for whoever has one."""
    if complaint.outcome != "upheld":  # nothing else is kept down
        return CameBack([], 0)
    found = list(selectors.came_back(complaint.pk))
    rows = [_came_back(each, url) for each in found[: selectors.TIED]]
    return CameBack(rows, len(found), _all_of(complaint.number) if url == "reviewer:finding" else "")


def _all_of(number: str) -> str:
    """Where a reviewer finds all that repeats what was taken down in a case."""
    return f"{reverse('reviewer:findings')}?{urlencode({'q': number, 'state': selectors.ANY})}"


def came_over(row: SellerLink, most: int, url: str = "") -> CameBack:
    """What was taken down at one of two sellers and came back at the other. `url` as of `came_back`."""
    rows = link_list.came_over(row)
    return CameBack([_came_back(each, url) for each in rows[:most]], rows.count())


def _came_back(finding: Finding, url: str) -> dict[str, Any]:
    return {
        "url": reverse(url, args=[finding.pk]) if url else "",
        "title": finding.title or finding.item_id,
        "done": words.DONE[finding.done],
        "place": finding.marketplace.name,
        "zone": finding.marketplace.zone,
        "seller": finding.seller.name if finding.seller else finding.seller_ref,
        "at": finding.at,
        "why": glance_of(finding),
    }
