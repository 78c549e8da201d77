"""How is a list shown to any role: fifty rows a page, the whole of it as CSV, and the filters of the address kept in both?

A table is UTF-8 with a byte order mark, so that spreadsheets read Chinese; no cell is taken for a formula.
"""

import csv
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

PER_PAGE = 50
SORTED_WHOLE = 500  # rows: so many are sorted as quickly as an index tells their order, in one statement
Read = Callable[[int, int], list[Any] | None]  # from which row, how many -> these rows in order; None: it cannot say
Parts = Sequence[tuple["QuerySet[Any]", int | None]]
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # OWASP, CSV injection: what a spreadsheet takes for the start of a formula


class ByPage(Paginator):
    """Pages of a query: only the ids of all rows are sorted, only the rows of the page are read with what belongs to them.

    `count` is told where it is known already. Two ways not to sort all of them: `parts`, the rows in order in one after the
    other, where an index has each of them in order (a part says how many rows it has where that is known); and `read`, which
    reads the rows of a page in a way of its own.
    """

    def __init__(self, rows: Any, count: int | None = None, parts: Parts = (), read: Read | None = None) -> None:
        super().__init__(rows, PER_PAGE)
        self.parts, self.read = parts, read
        if count is not None:
            self.count = count

    def page(self, number: int | str) -> "Page[Any]":
        number = self.validate_number(number)
        rows, first = self.object_list, (number - 1) * self.per_page
        if not isinstance(rows, QuerySet):
            return super().page(number)
        if self.read and (found := self.read(first, self.per_page)) is not None:
            return self._get_page(found, number, self)
        if self.parts:
            ids = list(self._ids(first))
            there = {row.pk: row for row in rows.filter(pk__in=ids).order_by()}
            return self._get_page([there[pk] for pk in ids if pk in there], number, self)
        ids = rows.values("pk")[first : first + self.per_page]
        return self._get_page(rows.filter(pk__in=ids), number, self)

    def _ids(self, first: int) -> Iterator[int]:
        """The ids of the page that begins at row `first`, from one part after the other."""
        left = self.per_page
        for part, count in self.parts:
            if count is not None and first >= count:
                first -= count
                continue
            found = list(part.values_list("pk", flat=True)[first : first + left])
            yield from found
            left -= len(found)
            if not left:
                return
            first = 0 if found else max(0, first - (part.count() if first else 0))


def page_of(
    request: HttpRequest, rows: Any, *, count: int | None = None, parts: Parts = (), read: Read | None = None
) -> "Page[Any]":
    """The page asked for, the nearest there is; `count` is how many rows there are, where known; the rest as of ByPage."""
    return ByPage(rows, count, parts, read).get_page(request.GET.get("page"))


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
    writer.writerows(as_cells(rows))
    return response


def as_cells(rows: Iterable[Sequence[Any]]) -> Iterator[list[str]]:
    """The rows as text of which a spreadsheet takes nothing for a formula."""
    return ([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
