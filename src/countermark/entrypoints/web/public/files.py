"""The one door through which kept files leave: who is asking is asked each time, and nothing in a file can act on our pages.

A document is an attachment in a sandbox; a picture, which was drawn anew when it was kept, may be shown in a page. What is not
theirs is not there. A seller who came by a signed link is known by the session.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from countermark.apps.complaints.file_access import may_read_file
from countermark.apps.decisions.appeal_selectors import may_read_file as came_with_an_appeal
from countermark.apps.orders import appeals as of_shops
from countermark.apps.parties.selectors import holders_of
from countermark.apps.screening import references
from countermark.apps.work import files
from countermark.apps.work.models import StoredFile
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.guest.visitors import notice_ids
from countermark.entrypoints.web.roles import ANYONE, AUDITOR, OPERATOR, REVIEWER, SELLER_KEY, SENIOR, roles_of
from countermark.evidence.store import Corrupt, Missing

PICTURES = ("image/png", "image/jpeg")  # drawn anew when they were kept
LOCKED = "default-src 'none'; sandbox"
A_DAY = 24 * 3600  # seconds a browser may keep a file it was let read; its content never changes


@door(roles=[ANYONE])
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file, for whoever may read it; for everybody else there is none."""
    found = StoredFile.objects.filter(pk=pk).first()
    if found is None or not _may(request, found):
        raise Http404("there is no such file for you")
    return answer_with(request, found)


def answer_with(request: HttpRequest, found: StoredFile) -> HttpResponse:
    """The file itself, for somebody of whom it is known that they may read it."""
    try:
        content = files.read(found)
    except (Missing, Corrupt) as lost:
        raise Http404("the file cannot be read any more; the operator is told by the check of the store") from lost
    response = HttpResponse(content, content_type=found.media_type)
    as_attachment = found.media_type not in PICTURES or "download" in request.GET
    response["Content-Disposition"] = content_disposition_header(as_attachment, found.name) or "attachment"
    response["Content-Security-Policy"] = LOCKED
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = f"private, max-age={A_DAY}"
    return response


def _may(request: HttpRequest, found: StoredFile) -> bool:
    """The facts of whoever asks, for the one function that decides."""
    person = request.user
    shop = request.session.get(SELLER_KEY)
    known = person.is_authenticated
    parties = {
        "holder_ids": list(holders_of(person).values_list("pk", flat=True)) if known else [],
        "notice_ids": notice_ids(request),
        "seller_ids": [*(person.shops.values_list("pk", flat=True) if known else ()), *([shop] if shop else ())],
    }
    is_staff = bool(roles_of(request) & {REVIEWER, SENIOR, OPERATOR, AUDITOR})
    may = may_read_file(found, person_id=person.pk if known else None, is_staff=is_staff, **parties)
    other = (came_with_an_appeal, of_shops.may_read_file, references.may_read_file)
    return may or any(may_too(found, **parties) for may_too in other)
