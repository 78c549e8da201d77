"""Who comes to the rights holder's pages, for which accounts, and what do they find when a thing is not theirs?

Somebody who is signed in and belongs nowhere yet is led to open an account; a seller or reviewer is told that the page is
for others; what belongs to another holder is not there at all.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from countermark.apps.complaints.drafts import draft_of
from countermark.apps.complaints.models import Notice, NoticeDraft
from countermark.apps.complaints.selectors import CaseView
from countermark.apps.parties.holder_members import NotAccountAdmin
from countermark.apps.parties.models import Holder
from countermark.apps.parties.services import asks_again
from countermark.apps.rights.models import Right
from countermark.apps.rights.selectors import right_of
from countermark.entrypoints.web import acting, own_case
from countermark.entrypoints.web.doors import door
from countermark.entrypoints.web.rights_holder.accounts import READS, acts, all_holders, is_admin
from countermark.entrypoints.web.rights_holder.accounts import holder_ids as holder_ids
from countermark.entrypoints.web.rights_holder.accounts import holders as holders
from countermark.entrypoints.web.rights_holder.accounts import listed_ids as listed_ids
from countermark.entrypoints.web.roles import AGENT, RIGHTS_HOLDER, main_role

View = Callable[..., HttpResponse]


class OnlyReads(Exception):
    """Whoever asks is a viewer of the account, and a viewer changes nothing."""

    code = "only_reads"
    http_status_hint = 403


def holder_page(view: View) -> View:
    """Open a page for rights holders and agents; lead whoever has no role at all to opening an account.

    A viewer reads, and is refused whatever changes something. Whoever accepted an older agreement is asked again first; a form
    that was open already is still taken.
    """
    opened = member_page(_asked_again(view))

    @wraps(opened)
    def led(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and main_role(request) is None:
            return redirect("holder:welcome")
        return opened(request, *args, **kwargs)

    return led


def member_page(view: View) -> View:
    """The same for pages about the account itself, where nobody is asked to accept anything first."""

    @wraps(view)
    def acting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not holders(request):
            raise OnlyReads("a viewer of the account changes nothing")
        return view(request, *args, **kwargs)

    return door((RIGHTS_HOLDER, AGENT))(acting)


def _asked_again(view: View) -> View:
    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method in READS and not request.headers.get("HX-Request") and asks_again(holders(request)[0]):
            return redirect_to_login(request.get_full_path(), reverse("holder:agreement"), "next")
        return view(request, *args, **kwargs)

    return asked


def admin_of(request: HttpRequest) -> Holder:
    """The account, for its admin. Raises NotAccountAdmin."""
    holder = holder_of(request)
    if not is_admin(holder):
        raise NotAccountAdmin("only an admin of the account does this")
    return holder


def holder_of(request: HttpRequest) -> Holder:
    """The account in whose name something new is begun: the one a form names, else the one chosen in the bar, else the first one
    in which whoever asks does more than read. Http404 for an account of others, OnlyReads where one only reads."""
    mine, named = holders(request), request.POST.get("account", "")
    if named and not any(str(holder.pk) == named for holder in all_holders(request)):
        raise Http404("you do not act for this account")
    wanted = next(
        (h for h in all_holders(request) if str(h.pk) == named or (not named and _is_chosen(request, h))), None
    )
    if wanted is not None and wanted not in mine:
        raise OnlyReads("a viewer of the account changes nothing")
    return wanted or next((holder for holder in mine if acts(holder)), mine[0])


def _is_chosen(request: HttpRequest, holder: Holder) -> bool:
    return acting.is_chosen(request, acting.HOLDER, holder.pk)


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
