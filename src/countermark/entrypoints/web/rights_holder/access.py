"""Who comes to the rights holder's pages, for which accounts, and what do they find when a thing is not theirs?

Somebody who is signed in and belongs nowhere yet is led to open an account; a seller or reviewer is told that the page is
for others; what belongs to another holder is not there at all.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from countermark.apps.complaints.drafts import draft_of
from countermark.apps.complaints.models import Notice, NoticeDraft
from countermark.apps.complaints.selectors import CaseView
from countermark.apps.parties.models import Holder
from countermark.apps.rights.models import Right
from countermark.apps.rights.selectors import right_of
from countermark.entrypoints.web import own_case
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.rights_holder.accounts import holder_ids as holder_ids
from countermark.entrypoints.web.rights_holder.accounts import holders as holders
from countermark.entrypoints.web.roles import AGENT, RIGHTS_HOLDER, main_role

View = Callable[..., HttpResponse]


def holder_page(view: View) -> View:
    """Open a page for rights holders and agents; lead whoever has no role at all to opening an account."""
    opened = door((RIGHTS_HOLDER, AGENT))(view)

    @wraps(opened)
    def led(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and main_role(request) is None:
            return redirect("holder:welcome")
        return opened(request, *args, **kwargs)

    return led


def holder_of(request: HttpRequest) -> Holder:
    """The account in whose name something new is begun: the first one."""
    return holders(request)[0]


def right_or_404(request: HttpRequest, pk: int) -> Right:
    return _found(right_of(pk, holder_ids(request)))


def draft_or_404(request: HttpRequest, pk: int) -> NoticeDraft:
    return _found(draft_of(pk, holder_ids(request)))


def notice_or_404(request: HttpRequest, number: str) -> Notice:
    rows = Notice.objects.select_related("marketplace", "right", "holder", "statement__key", "filed_by")
    return _found(rows.filter(number=number, holder_id__in=holder_ids(request)).first())


def case_or_404(request: HttpRequest, number: str, **more: Any) -> CaseView:
    """A case of theirs; `more` as of own_case."""
    return own_case.case_or_404(request, number, "complainant", holder_ids=holder_ids(request), **more)


def _found(row: Any) -> Any:
    if row is None:
        raise Http404("there is nothing of this number among yours")
    return row
