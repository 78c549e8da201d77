"""May these listings go up? Asked by a marketplace at upload: what was found, what follows, and how the seller contests it."""

import base64
import hashlib
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from pydantic import Field

from countermark.apps.access.scopes import OPERATOR
from countermark.apps.screening import addressed, said, services
from countermark.apps.screening.book import is_read
from countermark.apps.screening.lines import Line
from countermark.apps.screening.lines import Shown as Picture
from countermark.apps.work import true_time
from countermark.core import catalogue
from countermark.entrypoints.api.codes import Slug
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.places import place_of
from countermark.entrypoints.api.routing import ApiRouter
from countermark.entrypoints.api.schemas import Address, AddressOrNone, Price, Shown, Strict
from countermark.entrypoints.api.v1.files import LARGEST
from countermark.entrypoints.api.v1.finding_parts import Match, matches

router = ApiRouter(tags=["screening"])
MOST = 100  # listings a call
JSON = "application/json; charset=utf-8"  # written at once: of a hundred listings, by way of values takes three times as long
NiceClass = Annotated[int, Field(ge=1, le=45)]
Verdict = Literal["allow", "review", "block"]
Done = Literal["allowed", "noted", "told", "review", "blocked"]
Reason = Literal["", "words", "pictures", "stay_down"]


class PictureSent(Strict):
    """A picture of the listing as its PDQ hash, worked out where the picture is: found whole, mirrored or turned, not in part."""

    pdq: str = Field(pattern=r"^[0-9a-f]{64}$", description="256 bits in hexadecimal.")
    quality: int = Field(100, ge=0, le=100, description="As PDQ gives it; of less than 50 nothing is looked for.")
    url: AddressOrNone = ""


class PictureFile(Strict):
    """A picture of the listing itself: parts of it are found, too."""

    content: str = Field(min_length=1, max_length=LARGEST, description="In base64: JPEG, PNG, WebP, GIF, AVIF or BMP.")
    url: AddressOrNone = ""


class ListingToScreen(Strict):
    """A listing as its seller wants to offer it."""

    item_id: str = Field(min_length=1, max_length=120)
    title: str = Field(max_length=600)
    url: AddressOrNone = ""
    brand: str = Field("", max_length=200)
    text: str = Field("", max_length=20_000)
    seller: str = Field("", max_length=100, description="The seller's id at the marketplace.")
    price: Price = ""
    currency: str = Field("", pattern=r"^([A-Z]{3})?$")
    classes: list[NiceClass] = Field(default_factory=list, max_length=45, description="Nice classes of the goods.")
    pictures: list[PictureSent] = Field(default_factory=list, max_length=30)
    files: list[PictureFile] = Field(default_factory=list, max_length=10, description="Counted after `pictures`.")
    addresses: list[Address] = Field(
        default_factory=list,
        max_length=catalogue.load().number("screen_pictures"),
        description="Pictures that are fetched and looked at after the answer. Counted after `files`.",
    )


class Screening(Strict):
    """Which listings at which marketplace."""

    marketplace: Slug
    listings: list[ListingToScreen] = Field(min_length=1, max_length=MOST)


class Contest(Shown):
    """The measure that was laid on the listing, and where its seller reads why and appeals."""

    order: str
    url: str


class Unread(Shown):
    """A picture this answer says nothing of: which of the listing's, and why. All else was looked at."""

    picture: int
    message: str
    later: bool = Field(False, description="It is looked at after the answer; what is found then is a finding.")


class Screened(Shown):
    """What becomes of one listing."""

    item_id: str
    verdict: Verdict
    done: Done = Field(
        description="What followed, by the mode of the marketplace: only with `blocked` is the listing to be kept back."
    )
    probability: float = Field(description="How probable it is that what was found is right, 0 to 1.")
    interval: tuple[float, float] = Field(description="Where that lies, 95 %, by what people said of such findings.")
    reason: Reason
    combination: str = Field(description="The kinds of signals that spoke together.")
    matches: list[Match]
    told: list[str] = Field(description="What was found, a sentence for each thing, for the seller to read.")
    unread: list[Unread]
    finding: int | None
    contest: Contest | None


class ScreeningDone(Shown):
    """The answer to each listing, in their order. `rules`, `index_version`: what was looked with."""

    items: list[Screened]
    rules: int
    index_version: int


@router.post("/screen", response=ScreeningDone)
@api_door(
    roles=(OPERATOR,),
    scope="listings:write",
    body_limit=LARGEST,
    problems=("not_found", "screening_not_installed"),
    example=Example(
        "operator",
        body={
            "marketplace": "quay",
            "listings": [
                {"item_id": "L-77", "title": "Lamp with a heron, brass", "seller": "lantern", "classes": [11]}
            ],
        },
    ),
)
def screen_listings(request: HttpRequest, body: Screening) -> HttpResponse:
    """Screen listings at upload, up to 100 in a call, each by its words, its pictures and what came down before.

    What follows is what the marketplace set as its mode for each reason: nothing but a note (shadow), an answer (advisory), or a
    measure with reasons that the seller can contest (blocking). The same listing sent again is answered the same."""
    place = place_of(request, body.marketplace)
    lines = [_line(one) for one in body.listings]
    answers = services.screen(place, lines, at=request.at, now=true_time.now())
    items = [_shown(answer) | {"unread": _unread(line)} for line, answer in zip(lines, answers, strict=True)]
    if any(one.addresses for one in body.listings):
        _look_later(place, body.listings, lines, items)
    whole = {"items": items, "rules": answers[0].rules, "index_version": answers[0].index_version}
    return HttpResponse(ScreeningDone.model_validate(whole).model_dump_json(), content_type=JSON)


def _line(sent: ListingToScreen) -> Line:
    pictures = tuple(Picture(one.url, bytes.fromhex(one.pdq), one.quality) for one in sent.pictures)
    pictures += tuple(_file(one) for one in sent.files)
    same = {
        name: getattr(sent, name)
        for name in ("item_id", "title", "url", "brand", "text", "seller", "price", "currency")
    }
    return Line(**same, classes=frozenset(sent.classes), pictures=pictures)


def _file(sent: PictureFile) -> Picture:
    """A picture that came as a file; what is no base64 is an empty one."""
    try:
        content = base64.b64decode(sent.content, validate=True)
    except ValueError:
        content = b""
    return Picture(sent.url, content=content, sha256=hashlib.sha256(content).hexdigest())


def _unread(line: Line) -> list[dict[str, Any]]:
    """The files of a listing that could not be looked at."""
    if not any(one.sha256 for one in line.pictures):
        return []
    why = gettext("It cannot be read: it is damaged, too large, or no JPEG, PNG, WebP, GIF, AVIF or BMP in base64.")
    return [{"picture": n, "message": why} for n, one in enumerate(line.pictures) if one.sha256 and not is_read(one)]


def _look_later(place: Any, sent: list[ListingToScreen], lines: list[Line], items: list[dict[str, Any]]) -> None:
    """Have the pictures at addresses looked at by a worker, where the listing is not kept back in any case; and say so."""
    why = gettext("It is fetched and looked at after this answer.")
    waiting = [n for n, one in enumerate(sent) if one.addresses and items[n]["done"] != "blocked"]
    for n in waiting:
        first = len(lines[n].pictures)
        later = [{"picture": first + nth, "message": why, "later": True} for nth in range(len(sent[n].addresses))]
        items[n]["unread"] += later
    addressed.promise(place, [(lines[n], sent[n].addresses) for n in waiting], now=true_time.now())


def _shown(answer: services.Answer) -> dict[str, Any]:
    finding = answer.finding
    return {
        "item_id": answer.item_id,
        "verdict": answer.verdict,
        "done": answer.done,
        "probability": answer.probability,
        "interval": answer.interval,
        "reason": answer.reason,
        "combination": answer.combination,
        "matches": matches(answer.signals),
        "told": said.told(finding) if finding else [],
        "finding": finding.pk if finding else None,
        "contest": _contest(finding.order.number) if finding and finding.order else None,
    }


def _contest(number: str) -> dict[str, str]:
    return {"order": number, "url": f"{settings.BASE_URL}{reverse('seller:measure', args=[number])}"}
