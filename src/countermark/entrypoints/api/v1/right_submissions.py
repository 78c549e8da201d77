"""Many drafts sent for verification at once: judged first, the ready ones sent by a worker, the others named with why."""

from typing import Any, Literal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query

from countermark.apps.access.scopes import COMPLAINANTS
from countermark.apps.portfolio import selectors, sending
from countermark.apps.portfolio.models import SEND_VERDICTS, SENDING_STATES, RightSubmission, RightSubmissionRow
from countermark.apps.portfolio.staging import from_json
from countermark.apps.work import true_time
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.problems import defects_of
from countermark.entrypoints.api.routing import ApiRouter, answer_header, caller_of
from countermark.entrypoints.api.schemas import Asked, Defect, Instant, Page, Shown, Strict
from countermark.entrypoints.api.v1.right_imports import own_import
from countermark.entrypoints.api.v1.rights import _holder

router = ApiRouter(tags=["rights"])
ID = "700001"
Verdict: Any = Literal[SEND_VERDICTS]
State: Any = Literal[SENDING_STATES]


class SubmissionShown(Shown):
    """Drafts judged together. `checking`: a worker judges them; `shown`: nothing is sent yet. `counts`: verdict -> drafts;
    `sent` is how many were sent so far; `import_id`: of which file alone."""

    id: int
    import_id: int | None
    state: State
    counts: dict[str, int]
    doubtful_too: bool
    sent: int
    at: Instant
    started_at: Instant | None
    done_at: Instant | None


class CheckedDraft(Shown):
    """One draft with its verdict; `defects` is what keeps it from being sent, or what a reviewer would send it back for."""

    row: int
    right: int
    verdict: Verdict
    kind: str
    office: str
    number: str
    name: str
    defects: list[Defect]


class DraftsChosen(Strict):
    """Which drafts: all, or those a file brought in."""

    import_id: Id | None = None


class DraftsAsked(Asked):
    """Which of them are listed."""

    verdict: Verdict | None = None


class SendingStarted(Strict):
    """`doubtful_too`: what a reviewer would probably send back goes as well."""

    doubtful_too: bool = False


def _all(request: HttpRequest) -> QuerySet[RightSubmission]:
    return selectors.submissions_of(caller_of(request).holder_ids)


def _own(request: HttpRequest, pk: int) -> RightSubmission:
    found = _all(request).filter(pk=pk).first()
    if found is None:
        raise Http404("there is no such thing among yours")
    return found


def _shown(row: RightSubmission) -> dict[str, Any]:
    same = ("state", "counts", "doubtful_too", "sent", "at", "started_at", "done_at")
    return {"id": row.pk, "import_id": row.source_id, **{name: getattr(row, name) for name in same}}


def _draft(row: RightSubmissionRow) -> dict[str, Any]:
    facts = {name: getattr(row.right, name) for name in ("kind", "office", "number", "name")}
    wrong = defects_of([from_json(one) for one in row.defects])
    return {"row": row.row, "right": row.right_id, "verdict": row.verdict, **facts, "defects": wrong}


@router.get("/right-submissions", response=Page[SubmissionShown])
@api_door(roles=COMPLAINANTS, scope="rights:read", problems=("cursor_unknown",), example=Example("rights_holder"))
def list_right_submissions(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List what was judged to be sent together, the newest first."""
    return page_of(request, _all(request), asked, order=("-pk",), show=lambda piece: [_shown(each) for each in piece])


@router.post("/right-submissions", response={201: SubmissionShown})
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    problems=("not_found",),
    example=Example("rights_holder", body={"import_id": None}, status=201),
)
def check_drafts(request: HttpRequest, body: DraftsChosen) -> tuple[int, dict[str, Any]]:
    """Have drafts judged, all or those a file brought in: every one gets its verdict, and nothing is sent yet.

    More than 500 are judged by a worker: read the submission until its state is no longer `checking`."""
    source = own_import(request, body.import_id) if body.import_id is not None else None
    row = sending.check(
        holder=_holder(request),
        by=caller_of(request).person,
        at=request.at,
        now=true_time.now(),
        source=source,
    )
    answer_header(request, "Location", f"/api/v1/right-submissions/{row.pk}")
    return 201, _shown(row)


@router.get("/right-submissions/{id}", response=SubmissionShown)
@api_door(roles=COMPLAINANTS, scope="rights:read", example=Example("rights_holder", path={"id": ID}))
def read_right_submission(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Read how far it is: the verdicts counted, and how many drafts are sent."""
    return _shown(_own(request, id))


@router.get("/right-submissions/{id}/drafts", response=Page[CheckedDraft])
@api_door(
    roles=COMPLAINANTS,
    scope="rights:read",
    problems=("cursor_unknown",),
    example=Example("rights_holder", path={"id": ID}, query={"verdict": "mend"}),
)
def list_checked_drafts(request: HttpRequest, id: Id, asked: Query[DraftsAsked]) -> dict[str, Any]:
    """List the drafts with their verdicts, and what is wrong with each.

    Verdicts: `ready`, `doubtful` (a reviewer would probably send it back), `mend` (cannot be sent), `moved` (no draft any
    more)."""
    rows = selectors.drafts_in(_own(request, id), asked.verdict or "")
    return page_of(request, rows, asked, order=("row",), show=lambda piece: [_draft(each) for each in piece])


@router.post("/right-submissions/{id}/start", response=SubmissionShown)
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    problems=("submission_moved",),
    example=Example("rights_holder", path={"id": ID}, body={"doubtful_too": False}),
)
def start_right_submission(request: HttpRequest, id: Id, body: SendingStarted) -> dict[str, Any]:
    """Have the ready drafts sent for verification. One that is being sent already is answered as it is."""
    row = sending.start(
        submission=_own(request, id),
        doubtful_too=body.doubtful_too,
        at=request.at,
        now=true_time.now(),
    )
    return _shown(row)


@router.delete("/right-submissions/{id}", response={204: None})
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    problems=("submission_moved",),
    example=Example("rights_holder", path={"id": ID}, status=204),
)
def discard_right_submission(request: HttpRequest, id: Id) -> HttpResponse:
    """Forget verdicts of which nothing was sent. The drafts stay."""
    row = _own(request, id)
    if not sending.discard(submission=row):
        raise sending.SubmissionMoved(row)
    return HttpResponse(status=204)
