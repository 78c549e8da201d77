"""How does a program learn that something was not done? As problem+json (RFC 9457): a stable type, all defects at once.

`type` never changes for a code. Refusals of the floors below map by themselves: their `code`, `http_status_hint` and
`defects` become type, status and defects. Words are those of the pages, in the language the program asks for.
"""

import logging
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext
from ninja.errors import HttpError, ValidationError

from countermark.apps.work import moments
from countermark.core.holiday_notice import NoticeDefective
from countermark.entrypoints.api.problem_words import FIELD_WORDS, PROBLEMS, UNREADABLE, WAYS_OUT
from countermark.entrypoints.api.schemas import Defect, Problem
from countermark.entrypoints.defect_said import defect_said, upload_said
from countermark.entrypoints.holiday_words import told
from countermark.entrypoints.outages import COME_BACK, outage_of
from countermark.entrypoints.refusal_words import SAID
from countermark.evidence.uploads import NOT_NOW, UploadRefused

log = logging.getLogger("countermark.api")
MEDIA = "application/problem+json"
OF_STATUS = {
    400: "request_unreadable", 401: "not_authenticated", 403: "not_allowed", 404: "not_found", 405: "method_not_allowed",
    413: "body_too_large", 415: "media_type_unknown", 422: "defective", 429: "too_many_requests",
}  # fmt: skip


class Refused(Exception):
    """A refusal of the API's own; `code` stands in PROBLEMS."""

    def __init__(self, code: str, *, headers: dict[str, str] | None = None, **data: Any) -> None:
        self.code, self.headers, self.data = code, headers or {}, data
        self.http_status_hint = PROBLEMS[code].status
        super().__init__(code)


def problem_of(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer for an error: a refusal as what it is, everything else as 500, logged whole."""
    code, status = _code_of(request, error)
    if status >= 500 and code == "broken":
        log.error("api.broken", exc_info=error, extra={"status_code": status})
        got_request_exception.send(sender=problem_of, request=request)
    data = getattr(error, "data", {}) if isinstance(error, Refused) else {}
    answer = problem(request, code, status, defects=list(_defects(error)), **data)
    for name, value in getattr(error, "headers", {}).items() if isinstance(error, Refused) else ():
        answer[name] = value
    if status == 503:
        log.warning("api.not_now code=%s fault=%s", code, type(error).__name__)
        answer.headers.setdefault("Retry-After", str(getattr(error, "retry_after", None) or COME_BACK))
    return answer


def _code_of(request: HttpRequest, error: Exception) -> tuple[str, int]:
    if isinstance(error, ValidationError):
        return "request_defective", 422
    if isinstance(error, Http404):
        return "not_found", 404
    if isinstance(error, RequestDataTooBig):
        return "body_too_large", 413
    if isinstance(error, HttpError):
        return OF_STATUS.get(error.status_code, "request_unreadable"), error.status_code
    if isinstance(error, (SuspiciousOperation, DisallowedHost, MultiPartParserError)):
        return "request_unreadable", 400
    if isinstance(error, UploadRefused):
        return ("files_not_now", 503) if error.code in NOT_NOW else ("file_refused", 422)
    if outage := outage_of(error):
        return outage, 503
    code, status = getattr(error, "code", None), getattr(error, "http_status_hint", None)
    if not isinstance(code, str) or not isinstance(status, int):
        return "broken", 500
    if code == "stale_case" and getattr(getattr(request, "door", None), "if_match", False):
        return code, 412  # RFC 9110, 13.1.1: what If-Match named is no longer so
    return ("not_found", 404) if status == 404 else (code, status)


def problem(
    request: HttpRequest, code: str, status: int, *, defects: Iterable[Defect] = (), **data: Any
) -> HttpResponse:
    """One problem as an answer. `data` fills the words of its code."""
    title, detail = words_of(code, status)
    said = Problem(
        type=f"{settings.BASE_URL}/problems/{code}",
        code=code,
        title=title,
        status=status,
        detail=detail % data if data else detail,
        instance=request.path,
        request_id=getattr(request, "request_id", ""),
        defects=list(defects),
    )
    answer = HttpResponse(said.model_dump_json(), content_type=MEDIA, status=status)
    if status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="countermark"'
    return answer


def words_of(code: str, status: int) -> tuple[str, str]:
    """What a code says: what was not done; and why, with the way out."""
    if code in PROBLEMS:
        known = PROBLEMS[code]
        return str(known.title), str(known.detail)
    if code in SAID:
        what, obstacle, way_out = SAID[code]
        return str(what), moments.sentences([str(obstacle), str(way_out)])
    known = PROBLEMS[OF_STATUS.get(status, "broken" if status >= 500 else "not_possible")]
    return str(known.title), str(known.detail)


def defects_of_refusal(error: Exception) -> list[Defect]:
    """Everything a refusal names, worded."""
    return list(_defects(error))


def _defects(error: Exception) -> Iterator[Defect]:
    if isinstance(error, UploadRefused):
        yield Defect(code=error.code, field="file", message=upload_said(error), how_to_mend="")
    elif isinstance(error, ValidationError):
        yield from (_of_field(each) for each in error.errors)
    elif isinstance(error, NoticeDefective):
        for fault in told(error):
            where = f"text.{fault.line}" if fault.line else "text"
            yield Defect(code=fault.code, field=where, message=fault.what, how_to_mend=fault.way_out)
    elif getattr(error, "what", "") in UNREADABLE:
        what, where = str(error.what), str(getattr(error, "where", ""))
        yield Defect(code=what, field=where, message=str(UNREADABLE[what]), how_to_mend="")
    elif isinstance(getattr(error, "field", None), str) and not getattr(error, "defects", ()):
        yield _worded(f"{error.field}_defective", error.field, {})
    else:
        for each in getattr(error, "defects", ()) or ():
            yield _of_rule(each)


def defects_of(found: Iterable[Any]) -> list[Defect]:
    """Defects of the rules as an answer writes them, where they are no refusal: what lint says."""
    return [_of_rule(each) for each in found]


def _of_rule(defect: Any) -> Defect:
    """A defect of a rule: a value with code, field and data, or the bare code of one."""
    if isinstance(defect, str):
        return _worded(defect, "", {})
    line = getattr(defect, "line", None)
    where = str(getattr(defect, "field", ""))
    place = f"lines.{line}.{where}" if line is not None else where
    return _worded(str(getattr(defect, "code", defect)), place, dict(getattr(defect, "data", {}) or {}))


def _worded(code: str, where: str, data: dict[str, Any]) -> Defect:
    message, cure = defect_said(code, data)
    if message == code:
        message = gettext("This does not fit: %(what)s.") % {"what": code.replace("_", " ")}
    if takes := data.get("takes"):  # a person is shown the choices; a program is told their codes
        cure = gettext("Send one of: %(takes)s.") % {"takes": ", ".join(takes)}
    return Defect(code=code, field=where, message=message, how_to_mend=cure)


def _of_field(error: Any) -> Defect:
    """A fault of one field as the schema found it."""
    kind, context = error["type"], dict(error.get("ctx") or {})
    source, *rest = [str(part) for part in error["loc"]]
    path = rest[1:] if len(rest) > 1 else rest if source != "body" else []
    words, cure = FIELD_WORDS.get(kind, FIELD_WORDS["other"]), WAYS_OUT.get(kind, "")
    context.setdefault("said", error.get("msg", ""))
    if kind == "unknown_field" and not context.get("nearest"):
        cure = WAYS_OUT["unknown_field_nothing_near"]
    return Defect(
        code=kind,
        field=".".join(path) or source,
        message=str(words) % context,
        how_to_mend=str(cure) % context if cure else "",
    )
