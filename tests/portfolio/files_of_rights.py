"""Files of rights as holders send them."""

import csv
import io

from countermark.entrypoints.intake.files import read_file
from countermark.entrypoints.intake.template import headings
from countermark.entrypoints.intake.workbook import xlsx

HEAD = headings(is_agent=False)
MARK = {
    "kind": "trademark", "office": "CN", "mark_type": "word", "name": "FJELL", "number": "55180021",
    "owner": "Halden & Moe AS", "expires_on": "2036-07-30", "classes": "11, 21", "renewed": "no", "assigned": "no",
    "changed": "no",
}  # fmt: skip


def marks(count, first=55_180_021):
    """So many marks, each with a number of its own."""
    return [{**MARK, "name": f"FJELL {n}", "number": str(first + n)} for n in range(count)]


def cells(row):
    return [row.get(name, "") for name in HEAD]


def a_sheet(*rows, head=HEAD):
    return xlsx([("Rights", [head, *(cells(row) for row in rows)])])


def a_table(*rows, encoding="utf-8", delimiter=",", head=HEAD):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([head, *(cells(row) for row in rows)])
    return text.getvalue().encode(encoding)


def read(content, name="portfolio.xlsx"):
    return read_file(name, content)
