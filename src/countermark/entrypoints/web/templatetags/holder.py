"""What the rights holder's pages say of codes: `{% load holder %}`. Words come from the apps; nothing here decides."""

from datetime import datetime

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext, ngettext, pgettext

from countermark.apps.complaints.words import reason_title
from countermark.apps.rights.words import kind_title, office_title
from countermark.apps.work.models import StoredFile
from countermark.apps.work.moments import day_and_hour

register = template.Library()


@register.filter
def said(text: str) -> str:
    """A plain English text of the catalogue in the reader's language."""
    return gettext(text) if text else ""


@register.filter
def reason(code: str) -> str:
    """What a reason claims."""
    return reason_title(code)


@register.filter
def right_kind(kind: str) -> str:
    """What a kind of right is called."""
    return kind_title(kind)


@register.filter
def office(code: str) -> str:
    """What an office is called."""
    return office_title(code)


@register.filter
def day_at(at: datetime, zone: str = "") -> str:
    """The day of an instant where it counts: "Thu 26 Feb 2026" in Shanghai, whatever day it is in UTC."""
    return day_and_hour(at, zone or None)[0] if at else ""


@register.filter
def file_note(file: StoredFile) -> str:
    """How much there is of a file: "9 pages, 2.1 MB"."""
    size = filesizeformat(file.size)
    if not file.pages or file.media_type.startswith("image/"):
        return size
    pages = ngettext("%(n)s page", "%(n)s pages", file.pages) % {"n": file.pages}
    return pgettext("mark between two pieces", ", ").join((pages, size))
