"""Messages to the rights holder, as a list and one by one. Reading a message here is being told."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from countermark.apps.notifications import wording
from countermark.apps.notifications.models import Message
from countermark.apps.notifications.selectors import messages_to, unread
from countermark.apps.notifications.services import read
from countermark.entrypoints.web.lists import page_of
from countermark.entrypoints.web.rights_holder.access import holder_ids, holder_page


@holder_page
def letters(request: HttpRequest) -> HttpResponse:
    """All messages, the newest first."""
    rows = messages_to("complainant", holder_ids=holder_ids(request))
    page = page_of(request, rows)
    shown = with_subjects(list(page.object_list), request)
    return render(request, "rights_holder/letters.html", {"page": page, "letters": shown, "unread": unread(rows)})


def with_subjects(messages: Sequence[Message], request: HttpRequest) -> list[dict[str, Any]]:
    """Messages as rows of a list."""
    letters = wording.letters(messages, at=request.at)
    return [{"message": each, "subject": letter.subject} for each, letter in zip(messages, letters, strict=True)]


@holder_page
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One message, whole."""
    message = messages_to("complainant", holder_ids=holder_ids(request)).filter(pk=pk).first()
    if message is None:
        raise Http404("there is no such message")
    read(message, by=request.user, at=request.at)
    shown = {"message": message, "letter": wording.letter(message, at=request.at)}
    return render(request, "rights_holder/letter.html", shown)
