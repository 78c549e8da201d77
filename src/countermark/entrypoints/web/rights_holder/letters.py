"""Messages to the rights holder, as a list and one by one. Reading a message here is being told."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from countermark.apps.notifications import wording
from countermark.apps.notifications.selectors import messages_to, unread
from countermark.apps.notifications.services import read
from countermark.entrypoints.web.lists import page_of
from countermark.entrypoints.web.rights_holder.access import holder_ids, holder_page


@holder_page
def letters(request: HttpRequest) -> HttpResponse:
    """All messages, the newest first."""
    rows = messages_to("complainant", holder_ids=holder_ids(request))
    page = page_of(request, rows)
    shown = [{"message": each, "subject": wording.letter(each, at=request.at).subject} for each in page.object_list]
    return render(request, "rights_holder/letters.html", {"page": page, "letters": shown, "unread": unread(rows)})


@holder_page
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One message, whole."""
    message = messages_to("complainant", holder_ids=holder_ids(request)).filter(pk=pk).first()
    if message is None:
        raise Http404("there is no such message")
    read(message, by=request.user, at=request.at)
    shown = {"message": message, "letter": wording.letter(message, at=request.at)}
    return render(request, "rights_holder/letter.html", shown)
