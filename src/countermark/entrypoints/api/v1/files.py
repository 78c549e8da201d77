"""Files: sent in once and then named by their id, fetched by whoever may read them."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import File, UploadedFile

from countermark.apps.access.scopes import AUDITOR, DESK, EVERY_ROLE, OPERATOR
from countermark.apps.access.services import Caller
from countermark.apps.complaints.file_access import is_of_marketplace, may_read_file
from countermark.apps.decisions.appeal_selectors import came_about
from countermark.apps.decisions.appeal_selectors import may_read_file as came_with_an_appeal
from countermark.apps.orders import appeals as of_shops
from countermark.apps.screening import references
from countermark.apps.work import files
from countermark.apps.work.models import StoredFile
from countermark.entrypoints.api.codes import Id
from countermark.entrypoints.api.door import Example, api_door
from countermark.entrypoints.api.routing import ApiRouter, answer_header, caller_of
from countermark.entrypoints.api.schemas import Instant, Shown
from countermark.entrypoints.api.v1.case_shown import file_shown
from countermark.evidence.store import Corrupt, Missing

router = ApiRouter(tags=["files"])
LARGEST = 26 * 1024 * 1024  # bytes of one request: the largest file evidence/limits.toml takes, and its wrapping
LOCKED = "default-src 'none'; sandbox"
ID = "700001"
BOUNDARY = "countermark"
# A page as small as a PDF can be. Real ones are longer.
PAGE = (
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n"
    "0000000052 00000 n \n0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n162\n%%EOF\n"
)
SENT = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="certificate.pdf"\r\n'
    f"Content-Type: application/pdf\r\n\r\n{PAGE}\r\n--{BOUNDARY}--\r\n"
)
MULTIPART = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
BYTES = {kind: {"schema": {"type": "string"}} for kind in ("application/pdf", "image/png", "image/jpeg")}


class FileShown(Shown):
    """A kept file. `original_sha256` is of what was sent, `sha256` of what is kept: always a copy written anew."""

    id: int
    name: str
    media_type: str
    size: int
    sha256: str
    original_sha256: str
    pages: int | None
    width: int | None
    height: int | None
    uploaded_at: Instant
    erased_at: Instant | None


@router.post("/files", response={201: FileShown})
@api_door(
    roles=EVERY_ROLE,
    scope="files:write",
    body_limit=LARGEST,
    problems=("file_refused",),
    example=Example("rights_holder", headers=MULTIPART, body=SENT, status=201),
)
def upload_file(request: HttpRequest, file: File[UploadedFile]) -> tuple[int, dict[str, Any]]:
    """Send in a file: PDF, JPG or PNG, judged by its content and not by its name.

    What is kept is a copy written anew. Name its id in a notice, an answer, an appeal; only who sent it in can do so."""
    kept = files.keep(
        content=file.read(),
        name=file.name or "",
        by=caller_of(request).person,
        at=request.at,
    )
    answer_header(request, "Location", f"/api/v1/files/{kept.pk}")
    return 201, whole(kept)


def whole(file: StoredFile) -> dict[str, Any]:
    """A file as FileShown takes it."""
    more = ("original_sha256", "pages", "width", "height", "uploaded_at", "erased_at")
    return {**file_shown(file), **{name: getattr(file, name) for name in more}}


@router.get("/files/{id}", response=FileShown)
@api_door(roles=EVERY_ROLE, scope="files:read", example=Example("rights_holder", path={"id": ID}))
def read_file(request: HttpRequest, id: Id) -> dict[str, Any]:
    """Say what a file is."""
    return whole(own_file(request, id))


@router.get(
    "/files/{id}/content",
    openapi_extra={"responses": {200: {"description": "The bytes as they are kept.", "content": BYTES}}},
)
@api_door(roles=EVERY_ROLE, scope="files:read", example=Example("rights_holder", path={"id": ID}))
def fetch_file(request: HttpRequest, id: Id) -> HttpResponse:
    """Fetch the bytes of a file."""
    found = own_file(request, id)
    try:
        content = files.read(found)
    except (Missing, Corrupt) as lost:
        raise Http404("the file cannot be read any more; the operator is told by the check of the store") from lost
    answer = HttpResponse(content, content_type=found.media_type)
    answer["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    answer["Content-Security-Policy"] = LOCKED
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def own_file(request: HttpRequest, pk: int) -> StoredFile:
    """The file, if the caller may read it. Raises Http404."""
    found = StoredFile.objects.filter(pk=pk).first()
    if found is None or not _may(caller_of(request), found):
        raise Http404("there is no such file for you")
    return found


def _may(caller: Caller, file: StoredFile) -> bool:
    """The facts of whoever asks, for the one function that decides. A key narrowed to a marketplace sees its files alone."""
    whose = {"holder_ids": caller.holder_ids, "seller_ids": caller.seller_ids}
    is_staff = caller.role in (*DESK, OPERATOR, AUDITOR)
    if is_staff and caller.marketplace is not None:
        there = caller.marketplace.pk
        is_staff = is_of_marketplace(file, there) or came_about(file, there) or of_shops.came_about(file, there)
    may = may_read_file(file, person_id=caller.person.pk, is_staff=is_staff, **whose)
    other = (came_with_an_appeal, of_shops.may_read_file, references.may_read_file)
    return may or any(may_too(file, **whose) for may_too in other)
