"""Words and pictures that are looked for: registered by their holder under its own rights, verified or sent back by reviewers."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from ninja import Query
from pydantic import Field

from countermark.apps.access.scopes import COMPLAINANTS, DESK
from countermark.apps.rights.models import Right
from countermark.apps.screening import references
from countermark.apps.screening.holder_words import REFERENCE_STATES
from countermark.apps.screening.models import Reference
from countermark.apps.screening.references import Sent
from countermark.apps.work import true_time
from countermark.apps.work.models import StoredFile
from countermark.core import catalogue
from countermark.core.defect import Defect
from countermark.entrypoints.api.attached import FileUnknown
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.routing import ApiRouter, answer_header, caller_of
from countermark.entrypoints.api.schemas import Asked, Instant, Line, Page, Shown, Strict, Whole
from countermark.entrypoints.api.v1.case_shown import File, file_shown
from countermark.entrypoints.api.v1.rights import mine

router = ApiRouter(tags=["screening"])
MOST = catalogue.load().number("references_at_once")
WORD, PENDING = {"id": "710001"}, {"id": "710002"}
Kind = Literal["word", "picture"]
State = Literal["pending", "in_force", "returned", "ended"]


class ReferenceShown(Shown):
    """A word or a picture that is looked for, or is to be. `note`: why it was sent back."""

    id: int
    right: int
    kind: Kind
    text: str
    file: File | None
    state: State
    status: str
    made_at: Instant
    due_at: Instant = Field(description="Until when a reviewer should have looked.")
    decided_at: Instant | None
    ended_at: Instant | None
    note: str


def reference_shown(row: Reference) -> dict[str, Any]:
    """A reference as ReferenceShown takes it."""
    same = ("kind", "text", "state", "made_at", "due_at", "decided_at", "ended_at", "note")
    return {
        **{name: getattr(row, name) for name in same},
        "id": row.pk,
        "right": row.right_id,
        "file": file_shown(row.file) if row.file else None,
        "status": str(REFERENCE_STATES[row.state].word),
    }


def _mine(request: HttpRequest) -> QuerySet[Reference]:
    """The caller's own; of everybody for those who verify."""
    caller, rows = caller_of(request), Reference.objects.select_related("file", "right__holder")
    return rows if caller.role in DESK else rows.filter(right__holder_id__in=caller.holder_ids)


def _found(request: HttpRequest, pk: int) -> Reference:
    row = _mine(request).filter(pk=pk).first()
    if row is None:
        raise Http404("there is no such word or picture among yours")
    return row


class ReferencesAsked(Asked):
    """How the list is narrowed."""

    right: Id | None = None
    kind: Kind | None = None
    state: State | None = None
    q: Line = Field("", description="In the word.")


@router.get("/references", response=Page[ReferenceShown])
@api_door(
    roles=(*COMPLAINANTS, *DESK),
    scope="rights:read",
    problems=("cursor_unknown",),
    example=Example("rights_holder", query={"kind": "word"}),
)
def list_references(request: HttpRequest, asked: Query[ReferencesAsked]) -> dict[str, Any]:
    """List the words and pictures that are looked for, the newest first. A reviewer reads those of everybody."""
    wanted = {"right": asked.right, "kind": asked.kind, "state": asked.state}
    rows = _mine(request).filter(**{name: value for name, value in wanted.items() if value})
    rows = rows.filter(text__icontains=asked.q) if asked.q else rows
    return page_of(request, rows, asked, order=("-pk",), show=lambda piece: [reference_shown(row) for row in piece])


@router.get("/references/{id}", response=ReferenceShown)
@api_door(roles=(*COMPLAINANTS, *DESK), scope="rights:read", example=Example("rights_holder", path=WORD))
def read_reference(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Read one word or picture: where it stands, and why it was sent back."""
    return reference_shown(_found(request, id))


class ReferencesSent(Strict):
    """Words, and pictures sent to `/files` before, that are to be looked for under one right of the holder's own."""

    right: Id
    words: list[Annotated[str, Field(max_length=1000)]] = Field(default_factory=list, max_length=MOST)
    pictures: list[Id] = Field(default_factory=list, max_length=MOST, description="Ids of files.")


@router.post("/references", response={201: Whole[ReferenceShown]})
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    problems=("reference_defective", "file_unknown", "screening_not_installed"),
    example=Example("rights_holder", body={"right": 700002, "words": ["FJELL lys"]}, status=201),
)
def register_references(request: HttpRequest, body: ReferencesSent) -> tuple[int, dict[str, Any]]:
    """Register words and pictures, several at once. A reviewer looks at each before it counts.

    Everything that is wrong is said at once; then nothing was registered."""
    right, pictures = named_right(request, body.right), _files(request, body.pictures)
    sent = Sent(body.words, pictures)
    rows = references.register(right=right, sent=sent, by=caller_of(request).person, at=request.at)
    answer_header(request, "Location", "/api/v1/references")
    return 201, {"items": [reference_shown(row) for row in rows]}


def named_right(request: HttpRequest, pk: int) -> Right:
    """The right a body names, if it is the caller's own. Raises ReferenceDefective."""
    found = mine(request).filter(pk=pk).first()
    if found is None:
        raise references.ReferenceDefective([Defect("right_unknown", "right")])
    return found


def _files(request: HttpRequest, ids: Sequence[int]) -> list[StoredFile]:
    """The files of these ids, each sent in by the very person of the key. Raises FileUnknown."""
    mine = StoredFile.objects.filter(pk__in=ids, uploaded_by=caller_of(request).person, erased_at=None)
    found = {file.pk: file for file in mine}
    if wrong := [Defect("file_unknown", f"pictures.{n}") for n, pk in enumerate(ids) if pk not in found]:
        raise FileUnknown(wrong)
    return [found[pk] for pk in ids]


@router.post("/references/{id}/end", response=ReferenceShown)
@api_door(roles=COMPLAINANTS, scope="rights:write", example=Example("rights_holder", path=WORD))
def end_reference(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Have a word or a picture looked for no more. Ended before, it is answered as it is."""
    references.end(reference=_found(request, id), at=request.at, now=true_time.now())
    return reference_shown(_found(request, id))


# --- by reviewers -----------------------------------------------------------------------------------------------------


class ReferenceToCheck(ReferenceShown):
    """A word or a picture that waits for a reviewer, with whose it says it is."""

    holder: str
    right_name: str
    right_number: str


@router.get("/references-to-check", response=Page[ReferenceToCheck])
@api_door(roles=DESK, scope="rights:read", problems=("cursor_unknown",), example=Example("reviewer"))
def list_references_to_check(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List the words and pictures that wait to be verified, those due first in front."""
    rows = references.to_check()
    return page_of(request, rows, asked, order=("due_at", "pk"), show=lambda piece: [_to_check(row) for row in piece])


def _to_check(row: Reference) -> dict[str, Any]:
    right = row.right
    named = {"holder": right.holder.name, "right_name": right.name, "right_number": right.number}
    return {**reference_shown(row), **named}


class ReferenceDecided(Strict):
    """Whether it is the holder's own; sent back, the holder reads the note."""

    accepted: bool
    note: Annotated[str, Field(max_length=600)] = ""


@router.post("/references/{id}/decide", response=ReferenceShown)
@api_door(
    roles=DESK,
    scope="decisions:write",
    problems=("reference_moved", "reference_defective", "screening_not_installed"),
    example=Example("reviewer", path=PENDING, body={"accepted": True}),
)
def decide_reference(request: HttpRequest, id: Id, body: ReferenceDecided) -> dict[str, Any]:
    """Say whether a word or a picture is the holder's own: then it is looked for; or send it back with why."""
    row, by = _found(request, id), caller_of(request).person
    if body.accepted:
        references.accept(reference=row, by=by, at=request.at, now=true_time.now())
    else:
        references.send_back(reference=row, note=body.note, by=by, at=request.at, now=true_time.now())
    return reference_shown(_found(request, id))
