"""A whole portfolio of rights as a file: read and judged row by row, then stored by a worker; and rights begun as copies."""

from typing import Any, Literal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import File, Query, UploadedFile

from countermark.apps.access.scopes import COMPLAINANTS
from countermark.apps.portfolio import cloning, running, selectors
from countermark.apps.portfolio.models import STATES, VERDICTS, RightImport, RightImportRow
from countermark.apps.portfolio.staging import from_json, stage
from countermark.apps.work import true_time
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.paging import page_of
from countermark.entrypoints.api.problems import defects_of
from countermark.entrypoints.api.routing import ApiRouter, answer_header, caller_of
from countermark.entrypoints.api.schemas import Asked, Defect, Instant, Page, Shown
from countermark.entrypoints.api.v1.files import BOUNDARY, LARGEST, MULTIPART
from countermark.entrypoints.api.v1.right_shown import RightShown
from countermark.entrypoints.api.v1.rights import _holder, _shown, own_right
from countermark.entrypoints.intake.files import read_file

router = ApiRouter(tags=["rights"])
ID = "700001"
Verdict: Any = Literal[VERDICTS]
State: Any = Literal[STATES]
SHEET = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="portfolio.csv"\r\nContent-Type: text/csv\r\n\r\n'
    "kind,office,mark_type,name,number,owner,expires_on,classes,renewed,assigned,changed\r\n"
    "trademark,CN,word,FJELL,55180021,Halden & Moe AS,2036-07-30,11,no,no,no\r\n"
    f"--{BOUNDARY}--\r\n"
)


class ImportShown(Shown):
    """A file of rights. `counts`: verdict -> rows. `done_to` is the last row that was seen to while it is stored."""

    id: int
    file_name: str
    sha256: str
    form: str
    encoding: str
    not_read: list[str]
    state: State
    counts: dict[str, int]
    stored: int
    changed: int
    done_to: int
    at: Instant
    started_at: Instant | None
    done_at: Instant | None


class RowShown(Shown):
    """A row with its verdict. `row` counts as the file does; `defects` is all that is wrong with it."""

    row: int
    verdict: Verdict
    kind: str
    office: str
    number: str
    name: str
    defects: list[Defect]


class RowsAsked(Asked):
    """Which rows."""

    verdict: Verdict | None = None


def own_import(request: HttpRequest, pk: int) -> RightImport:
    """A file of theirs. Raises Http404."""
    found = _all(request).filter(pk=pk).first()
    if found is None:
        raise Http404("there is no such file among yours")
    return found


def _all(request: HttpRequest) -> QuerySet[RightImport]:
    return selectors.imports_of(caller_of(request).holder_ids)


def _import(source: RightImport) -> dict[str, Any]:
    return {name: getattr(source, name) for name in ImportShown.model_fields if name != "id"} | {"id": source.pk}


def _row(row: RightImportRow) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in ("row", "verdict", "kind", "office", "number", "name")}
    return facts | {"defects": defects_of([from_json(one) for one in row.defects])}


@router.get("/right-imports", response=Page[ImportShown])
@api_door(roles=COMPLAINANTS, scope="rights:read", problems=("cursor_unknown",), example=Example("rights_holder"))
def list_right_imports(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """List the files of rights that were brought in, the newest first."""
    return page_of(request, _all(request), asked, order=("-pk",), show=lambda piece: [_import(each) for each in piece])


@router.post("/right-imports", response={201: ImportShown})
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    body_limit=LARGEST,
    problems=("rights_file_unreadable", "file_refused"),
    example=Example("rights_holder", headers=MULTIPART, body=SHEET, status=201),
)
def check_rights_file(request: HttpRequest, file: File[UploadedFile]) -> tuple[int, dict[str, Any]]:
    """Send in a file of rights: every row gets its verdict, and nothing is stored yet.

    XLSX or CSV with the headings of `/right-kinds` and a column `kind`, an export of TMview, or records of an office as
    XML (WIPO ST.96, ST.66)."""
    read = read_file(file.name or "", file.read())
    source = stage(holder=_holder(request), by=caller_of(request).person, file=read, at=request.at)
    answer_header(request, "Location", f"/api/v1/right-imports/{source.pk}")
    return 201, _import(source)


@router.get("/right-imports/{id}", response=ImportShown)
@api_door(roles=COMPLAINANTS, scope="rights:read", example=Example("rights_holder", path={"id": ID}))
def read_right_import(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Read how far a file is: its verdicts counted, and how many rights are stored."""
    return _import(own_import(request, id))


@router.get("/right-imports/{id}/rows", response=Page[RowShown])
@api_door(
    roles=COMPLAINANTS,
    scope="rights:read",
    problems=("cursor_unknown",),
    example=Example("rights_holder", path={"id": ID}, query={"verdict": "mend"}),
)
def list_right_import_rows(request: HttpRequest, id: Id, asked: Query[RowsAsked]) -> dict[str, Any]:
    """List the rows of a file with their verdicts, and what is wrong with each.

    Verdicts: `new`, `changed` (a right you have), `same` (nothing to do), `mend`."""
    rows = selectors.rows_of(own_import(request, id), asked.verdict or "")
    return page_of(request, rows, asked, order=("row",), show=lambda piece: [_row(each) for each in piece])


@router.post("/right-imports/{id}/start", response=ImportShown)
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    problems=("import_moved", "import_runs"),
    example=Example("rights_holder", path={"id": ID}),
)
def start_right_import(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Have the rows without a fault stored, as drafts. One that is being stored already is answered as it is."""
    source = running.start(source=own_import(request, id), at=request.at, now=true_time.now())
    return _import(source)


@router.delete("/right-imports/{id}", response={204: None})
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    problems=("import_moved",),
    example=Example("rights_holder", path={"id": ID}, status=204),
)
def discard_right_import(request: HttpRequest, id: Id) -> HttpResponse:
    """Forget a file of which nothing was stored."""
    source = own_import(request, id)
    if not running.discard(source=source):
        raise running.ImportMoved(source)
    return HttpResponse(status=204)


@router.post("/rights/{id}/clone", response={201: RightShown})
@api_door(
    roles=COMPLAINANTS,
    scope="rights:write",
    example=Example("rights_holder", path={"id": "700002"}, status=201),
)
def clone_right(request: HttpRequest, id: Id) -> tuple[int, dict[str, Any]]:
    """Begin a right as a copy of another: the same answers but for the number and the days, and no papers."""
    row = cloning.clone(right=own_right(request, id), by=caller_of(request).person, at=request.at)
    answer_header(request, "Location", f"/api/v1/rights/{row.pk}")
    return 201, _shown(request, own_right(request, row.pk))
