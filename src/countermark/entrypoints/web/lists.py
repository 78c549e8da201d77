"""How is a list shown to any role: fifty rows a page, the whole of it as CSV, and the filters of the address kept in both?

A table is UTF-8 with a byte order mark, so that spreadsheets read Chinese; no cell is taken for a formula.
"""

import csv
from collections.abc import Container, Iterable, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

PER_PAGE = 50
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # OWASP, CSV injection: what a spreadsheet takes for the start of a formula


class ByPage(Paginator):  # type: ignore[type-arg]
    """Pages of a query: only the ids of all rows are sorted, only the rows of the page are read with what belongs to them.

    `count` is told where it is known already.
    """

    def __init__(self, rows: Any, count: int | None = None) -> None:
        super().__init__(rows, PER_PAGE)
        if count is not None:
            self.count = count

    def page(self, number: int | str) -> "Page[Any]":
        number = self.validate_number(number)
        rows, first = self.object_list, (number - 1) * self.per_page
        if not isinstance(rows, QuerySet):
            return super().page(number)
        ids = rows.values("pk")[first : first + self.per_page]
        return self._get_page(rows.filter(pk__in=ids), number, self)


def page_of(request: HttpRequest, rows: Any, *, count: int | None = None) -> "Page[Any]":
    """The page asked for, the nearest there is; `count` is how many rows there are, where that is known."""
    return ByPage(rows, count).get_page(request.GET.get("page"))


def wants_csv(request: HttpRequest) -> bool:
    """Whether the whole list is asked for as a table."""
    return "csv" in request.GET


def csv_url(request: HttpRequest) -> str:
    """The address of this list, filters kept, as a table."""
    params = request.GET.copy()
    params.pop("page", None)
    params["csv"] = "1"
    return f"?{params.urlencode()}"


def chosen(request: HttpRequest, name: str, allowed: Container[str]) -> str:
    """The value of a filter in the address; "" for none, and for one that is not offered."""
    value = request.GET.get(name, "")
    return value if value in allowed else ""


def typed(request: HttpRequest, name: str = "q", most: int = 200) -> str:
    """What was typed into the search, without what no database takes."""
    return request.GET.get(name, "").replace("\0", "").strip()[:most]


def csv_answer(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The table as a download."""
    response = HttpResponse("\N{BYTE ORDER MARK}", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return response


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
