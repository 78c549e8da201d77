"""How is a list shown: fifty rows a page, the whole of it as CSV, and the filters of the address kept in both?"""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

PER_PAGE = 50


def page_of(request: HttpRequest, rows: Any) -> Page[Any]:
    """The page asked for, the nearest there is."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def wants_csv(request: HttpRequest) -> bool:
    """Whether the whole list is asked for as a table."""
    return "csv" in request.GET


def csv_url(request: HttpRequest) -> str:
    """The address of this list, filters kept, as a table."""
    params = request.GET.copy()
    params.pop("page", None)
    params["csv"] = "1"
    return f"?{params.urlencode()}"


def chosen(request: HttpRequest, name: str, allowed: Sequence[str]) -> str:
    """The value of a filter in the address; "" for none, and for one that is not offered."""
    value = request.GET.get(name, "")
    return value if value in allowed else ""


def typed(request: HttpRequest, name: str = "q", most: int = 200) -> str:
    """What was typed into the search, without what no database takes."""
    return request.GET.get(name, "").replace("\0", "").strip()[:most]
