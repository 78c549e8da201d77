"""Messages to the rights holder, about cases and about rights, as a list and one by one. Reading one here is being told."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from countermark.apps.notifications import right_letters, wording
from countermark.apps.notifications.models import Message, RightLetter
from countermark.apps.notifications.selectors import Mailbox, messages_to
from countermark.apps.notifications.services import read
from countermark.entrypoints.web.lists import page_of
from countermark.entrypoints.web.rights_holder.access import holder_ids, holder_page, listed_ids


@holder_page
def letters(request: HttpRequest) -> HttpResponse:
    """All messages, the newest first."""
    box = Mailbox(listed_ids(request))
    page = page_of(request, box)
    shown = as_rows(list(page.object_list), request)
    return render(request, "rights_holder/letters.html", {"page": page, "letters": shown, "unread": box.unread()})


def as_rows(told: Sequence[Message | RightLetter], request: HttpRequest) -> list[dict[str, Any]]:
    """Messages and letters about rights as rows of a list."""
    about_cases = [each for each in told if isinstance(each, Message)]
    worded = dict(zip((each.pk for each in about_cases), wording.letters(about_cases, at=request.at), strict=True))
    return [
        _of_case(each, worded[each.pk].subject) if isinstance(each, Message) else _of_right(each) for each in told
    ]


def _of_case(message: Message, subject: str) -> dict[str, Any]:
    url = reverse("holder:letter", args=[message.pk])
    return {"told": message, "subject": subject, "url": url, "zone": message.notice.marketplace.zone}


def _of_right(letter: RightLetter) -> dict[str, Any]:
    url = reverse("holder:right-letter", args=[letter.pk])
    return {"told": letter, "subject": right_letters.subject(letter), "url": url, "zone": settings.TIME_ZONE}


@holder_page
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One message, whole."""
    message = messages_to("complainant", holder_ids=holder_ids(request)).filter(pk=pk).first()
    if message is None:
        raise Http404("there is no such message")
    read(message, by=request.user, at=request.at)
    shown = {"message": message, "letter": wording.letter(message, at=request.at)}
    return render(request, "rights_holder/letter.html", shown)


@holder_page
def right_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter about a right, whole."""
    found = right_letters.letter_to(pk, holder_ids=holder_ids(request))
    if found is None:
        raise Http404("there is no such letter")
    right_letters.read(found, at=request.at)
    shown = {"told": found, "letter": right_letters.said_in(found, at=request.at), "zone": settings.TIME_ZONE}
    return render(request, "rights_holder/right_letter.html", shown)
