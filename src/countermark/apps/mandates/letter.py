"""What does the power of attorney look like that is made from the form? One page to print, English and Chinese, ready to sign.

What cannot be written in the Latin font is set in a Chinese one that every reader of PDF brings along (Adobe-GB1, not embedded),
so no font and no system package is needed. The text is data: letter.toml. The same mandate makes the same bytes.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, HRFlowable, Paragraph, SimpleDocTemplate, Spacer, Table

from countermark.apps.mandates.models import Mandate
from countermark.apps.rights.models import Right

LATIN, CHINESE = "Times-Roman", "STSong-Light"
EN, ZH = 0, 1
BODY = ParagraphStyle("body", fontName=LATIN, fontSize=10.5, leading=15, spaceAfter=2 * mm, wordWrap="LTR")
HAN = ParagraphStyle("han", parent=BODY, fontName=CHINESE, wordWrap="CJK", spaceAfter=4 * mm)
TITLE = ParagraphStyle("title", parent=BODY, fontSize=20, leading=26, spaceAfter=1 * mm)
SMALL = ParagraphStyle("small", parent=BODY, fontSize=8.5, leading=11, textColor="#444444")


def pdf_of(mandate: Mandate, *, at: datetime) -> bytes:
    """The letter as PDF. `at`: the day it says it was made on."""
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    out = io.BytesIO()
    title = f"{_text()['title'][EN]} {mandate}"
    page = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=24 * mm, rightMargin=24 * mm, topMargin=22 * mm, bottomMargin=18 * mm, title=title,
        author="Countermark", lang="en", invariant=1,
    )  # fmt: skip
    page.build(list(_flow(mandate, at)))
    return out.getvalue()


@lru_cache
def _text() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "letter.toml").read_text(encoding="utf-8"))


def _flow(mandate: Mandate, at: datetime) -> Iterator[Flowable]:
    said = [_said(mandate, at, language) for language in (EN, ZH)]
    text = _text()
    yield Paragraph(_set(" ".join(text["title"])), TITLE)
    yield Paragraph(_set(" / ".join(each.format(**said[n]) for n, each in enumerate(text["number"]))), SMALL)
    yield HRFlowable(width="100%", thickness=0.8, color="#222222", spaceBefore=2 * mm, spaceAfter=5 * mm)
    for paragraph in text["paragraph"]:
        yield Paragraph(_set(paragraph["en"].format(**said[EN])), BODY)
        yield Paragraph(_set(paragraph["zh"].format(**said[ZH])), HAN)
    yield Spacer(1, 6 * mm)
    yield _lines(text["sign"])


def _lines(sign: Mapping[str, list[str]]) -> Table:
    """Where is signed: what belongs there, and room for a seal above it."""
    cells = [[Paragraph(f"{_set(en)}<br/>{_set(zh)}", SMALL)] for en, zh in sign.values()]
    style = [("LINEABOVE", (0, n), (0, n), 0.6, "#222222") for n in range(len(cells))]
    return Table(
        cells,
        colWidths=[120 * mm],
        rowHeights=[22 * mm] * len(cells),
        style=[*style, ("VALIGN", (0, 0), (-1, -1), "TOP")],
        hAlign="LEFT",
    )


def _said(mandate: Mandate, at: datetime, language: int) -> dict[str, str]:
    """What stands in the braces, in one language."""
    say, agent = {name: pair[language] for name, pair in _text()["say"].items()}, mandate.agent
    rights = say["all_rights"] if mandate.all_rights else say["comma"].join(map(_right, mandate.rights.order_by("pk")))
    places = mandate.marketplaces.order_by("name").values_list("name", flat=True)
    return {
        "number": str(mandate), "made_on": _day(at.date()), "principal": mandate.principal_name,
        "principal_address": _one_line(mandate.principal_address), "agent": agent.name,
        "agent_address": _one_line(agent.address) or agent.contact_email, "rights": rights,
        "marketplaces": say["all_marketplaces"] if mandate.all_marketplaces else say["comma"].join(places),
        "powers": say["comma"].join(say[power] for power in mandate.powers),
        "delegation": say["delegation_yes" if mandate.may_delegate else "delegation_no"],
        "starts_on": _day(mandate.starts_on) if mandate.starts_on else say["from_now"],
        "ends_on": _day(mandate.ends_on) if mandate.ends_on else say["no_end"],
    }  # fmt: skip


def _right(right: Right) -> str:
    return str(right)


def _day(day: date) -> str:
    """A day as both languages read it."""
    return day.isoformat()


def _one_line(text: str) -> str:
    return ", ".join(line.strip() for line in text.splitlines() if line.strip())


def _set(text: str) -> str:
    """The text as the layout reads it, each run in a font that has it."""
    runs = groupby(text, key=_is_latin)
    return "".join(f'<font name="{LATIN if latin else CHINESE}">{escape("".join(run))}</font>' for latin, run in runs)


def _is_latin(char: str) -> bool:
    return bool(char.encode("cp1252", "ignore"))
