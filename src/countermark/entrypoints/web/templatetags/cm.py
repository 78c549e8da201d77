"""The components of the face as template tags: `{% load cm %}`.

Each tag prepares what its include in templates/components/ draws; docs/reference/components.md lists all with their
parameters. Nothing here decides anything: dates come from core.calendar, words from apps.work.moments."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, Field
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext_lazy

from countermark.apps.work import moments
from countermark.entrypoints.web import strip

register = template.Library()

TONES = ("you", "soon", "late", "wait", "done", "rest")
TONE_ICONS = {"you": "hourglass-split", "soon": "alarm", "late": "exclamation-octagon-fill", "wait": "hourglass-split"}
RISKS = {
    "low": ("reception-1", pgettext_lazy("risk", "Low")),
    "medium": ("reception-3", pgettext_lazy("risk", "Medium")),
    "high": ("reception-4", pgettext_lazy("risk", "High")),
}

CONTROL_CSS = {"select": "form-select", "checkbox": "form-check-input", "radio": "form-check-input"}
FILE_STATES = {
    "plain": ("", ""),
    "kept": ("file-earmark-check", "is-done"),
    "arriving": ("file-earmark-arrow-up", ""),
    "checking": ("hourglass-split", ""),
    "refused": ("file-earmark-x", "is-late"),
}


# --- small marks ------------------------------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw a symbol of icons.svg; it is hidden from screen readers unless `label` says what it means."""
    if label:
        return format_html('<svg class="cm-i" role="img" aria-label="{}"><use href="{}"/></svg>', label, icon_href(name))
    return _silent_icon(name)


@lru_cache(maxsize=512)  # a list draws the same few symbols in every row
def _silent_icon(name: str) -> SafeString:
    return format_html('<svg class="cm-i" aria-hidden="true"><use href="{}"/></svg>', icon_href(name))


@register.simple_tag
def icon_href(name: str) -> str:
    """Return the address of a symbol of icons.svg, for a drawing of another size."""
    return f"{static('icons.svg')}#i-{name}"


@register.simple_tag
def tag(tone: str, symbol: str, text: Any) -> SafeString:
    """Draw a state in one to four words: colour, icon and word."""
    return format_html('<span class="cm-tag {}">{}{}</span>', css(tone), icon(symbol), text)


@register.filter
def css(tone: str) -> str:
    """Return the class of a tone: "you" -> "is-you"."""
    if tone not in TONES:
        raise ValueError(f"no such tone: {tone!r}; tones are {', '.join(TONES)}")
    return f"is-{tone}"


@register.simple_tag
def number(no: Any, url: str = "") -> SafeString:
    """Draw the number of a case, notice or right so that it never breaks; a link when `url` is given."""
    if url:
        return format_html('<a class="cm-no" href="{}">{}</a>', url, no)
    return format_html('<span class="cm-no">{}</span>', no)


# --- time -------------------------------------------------------------------------------------------------------------
@register.filter
def when(at: datetime, zone: str = "") -> str:
    """Say an instant: "Thu 26 Feb 2026, 09:12 Shanghai"."""
    return moments.moment(at, zone or None) if at else ""


@register.filter
def until(due_at: datetime, zone: str = "") -> str:
    """Say the end of a clock, midnight as 24:00: "Mon 2 Mar 2026, 24:00 Shanghai"."""
    return moments.deadline(due_at, zone or None) if due_at else ""


@register.filter
def on_day(of: date) -> str:
    """Say a day: "Thu 26 Feb 2026"."""
    return moments.day(of) if of else ""


@register.filter
def time_left(due: Any, now: datetime) -> str:
    """Say what is left: "3 working days left: Wed 25 Feb, 24:00 Shanghai"."""
    return str(moments.time_left(due, now)) if due else ""


@register.simple_tag
def moment(at: datetime, zone: str = "") -> SafeString:
    """Draw an instant as a <time>; the script adds the reader's own local time as its title."""
    words = moments.moment(at, zone or None)
    return format_html('<time datetime="{}" data-cm-local>{}</time>', at.isoformat(), words)


@register.simple_tag
def time_of(at: datetime, zone: str = "", brief: bool = False) -> SafeString:
    """Draw the instant of a step: the day in bold, then hour and place (brief: the hour alone, and no year)."""
    words = moments.day_and_hour(at, zone or None, brief=brief)
    return format_html('<time datetime="{}" data-cm-local><b>{}</b> {}</time>', at.isoformat(), *words)


@register.inclusion_tag("components/left.html")
def left(due: Any, now: datetime, zone: str = "", tone: str = "") -> dict[str, Any]:
    """Draw a clock inside a sentence: amount in colour, then the end."""
    return _left(due, now, zone, tone)


@register.simple_tag
def clock_tag(due: Any, now: datetime, zone: str = "", note: str = "", tone: str = "") -> SafeString:
    """Draw a clock in a table cell: a tag with the amount, under it the end (or `note`)."""
    drawn = _left(due, now, zone, tone)
    said, mark = drawn["left"], _silent_icon(drawn["icon"])
    html = '<span class="cm-tag {}">{}{}</span><br><span class="cm-mute">{}</span>'
    return format_html(html, drawn["tone"], mark, said.amount, note or said.until)


@register.inclusion_tag("components/clock_box.html")
def clock_box(
    due: Any,
    now: datetime,
    heading: str = "",
    sub: str = "",
    tone: str = "",
    start: str = "",
    level: int = 0,
) -> dict[str, Any]:
    """Draw a deadline in words with the days it counted; see docs/reference/components.md."""
    drawn = _left(due, now, "", tone)
    return drawn | {
        "heading": heading or drawn["left"].amount,
        "sub": sub,
        "level": level,
        "until": moments.deadline(due.due_at, due.zone),
        "cells": strip.cells(due, start),
        "provisional": due.provisional,
    }


def _left(due: Any, now: datetime, zone: str, tone: str) -> dict[str, Any]:
    said = moments.time_left(due, now, zone or None)
    shown = tone or said.tone
    return {"left": said, "tone": css(shown), "icon": TONE_ICONS.get(shown, "clock")}


# --- lists ------------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/fact.html")
def fact(label: str, value: Any, change_url: str = "", change_label: str = "", note: str = "") -> dict[str, Any]:
    """Draw one row of a `<dl class="cm-facts">`, with a Change link when `change_url` is given."""
    return {"label": label, "value": value, "url": change_url, "what": change_label or label, "note": note}


@register.inclusion_tag("components/file_row.html")
def file_row(
    name: str,
    note: str = "",
    state: str = "kept",
    url: str = "",
    link: str = "",
    what: str = "",
    progress: int | None = None,
    field: str = "",
) -> dict[str, Any]:
    """Draw one row of a `<ul class="cm-files">`; `state` is kept, arriving, checking, refused, or plain."""
    symbol, tone = FILE_STATES[state]
    return {
        "name": name,
        "note": note,
        "state": state,
        "symbol": symbol or file_symbol(name),
        "tone": tone,
        "url": url,
        "link": link,
        "what": what or name,
        "progress": progress,
        "field": field,
    }


@register.filter
def file_symbol(name: str) -> str:
    """Return the icon of a file by the ending of its name."""
    ending = name.rsplit(".", 1)[-1].lower()
    symbols = {"pdf": "file-earmark-pdf", "csv": "file-earmark-spreadsheet", "xlsx": "file-earmark-spreadsheet"}
    pictures = dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp", "svg"), "file-earmark-image")
    return (symbols | pictures).get(ending, "file-earmark")


@register.inclusion_tag("components/empty_state.html")
def empty_state(heading: str, text: str, url: str = "", link: str = "", symbol: str = "inbox") -> dict[str, Any]:
    """Draw why a list is empty, what is nearest, and one button."""
    return {"heading": heading, "text": text, "url": url, "link": link, "symbol": symbol}


@register.inclusion_tag("components/trail.html")
def trail(steps: Iterable[Any], zone: str = "", brief: bool = False, level: int = 3) -> dict[str, Any]:
    """Draw what happened; `brief` for a side column. Each step: at, title, text, by, key, files."""
    return {"steps": steps, "zone": zone, "brief": brief, "level": level}


@register.inclusion_tag("components/checks.html")
def checks(items: Iterable[Any]) -> dict[str, Any]:
    """Draw what is met and what is missing. Each item: met (None: to be judged), text, perhaps label."""
    return {"items": items}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Iterable[Any], label: str) -> dict[str, Any]:
    """Draw tabs that are links; each item has `label`, `url`, `here` and perhaps `count`."""
    return {"items": items, "label": label}


@register.simple_tag
def risk(level: str) -> SafeString:
    """Draw a risk as bars and a word; no colour, because colour is urgency."""
    symbol, word = RISKS[level]
    quiet = "" if level == "high" else " cm-mute fw-normal"
    return format_html('<span class="cm-left{}">{} {}</span>', quiet, _silent_icon(symbol), word)


# --- forms ------------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/faults.html")
def faults(errors: Any, heading: str = "") -> dict[str, Any]:
    """Draw the error summary: a form, or faults with `what`, `way_out` and the id (`field`) each leads to."""
    found = list(form_faults(errors)) if isinstance(errors, BaseForm) else list(errors or ())
    return {"faults": found, "heading": heading}


def form_faults(form: BaseForm) -> Iterable[dict[str, str]]:
    """Return one fault for each error of a form, leading to its field."""
    for name in form.errors:
        bound = form[name] if name in form.fields else None
        for said in wrong(bound) if bound else form.non_field_errors():
            yield {"what": str(said), "way_out": "", "field": bound.id_for_label or f"id_{name}" if bound else ""}


@register.filter
def wrong(bound: BoundField) -> list[str]:
    """Say what is wrong with a field; what is merely missing is named by the label of its field."""
    faults = [fault for each in bound.form.errors.as_data().get(bound.name, ()) for fault in each.error_list]
    missing = gettext("%(field)s: nothing is filled in.") % {"field": bound.label}
    return [
        missing if fault.message == Field.default_error_messages["required"] else m for fault in faults for m in fault
    ]


@register.inclusion_tag("components/toast.html", takes_context=True)
def toast(context: Mapping[str, Any], text: str, url: str, seconds: int) -> dict[str, Any]:
    """Draw the undo toast: `text`, a countdown, and a button that posts to `url`; without a script it stays."""
    return {"text": text, "url": url, "seconds": seconds, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField, hint: str = "", optional: bool = False, label: str = "", rows: int = 0, css: str = ""
) -> dict[str, Any]:
    """Draw a form field: label, help, error, control; radio and checkbox lists become a fieldset."""
    words = {"label": label or bound.label, "hint": hint or bound.help_text}
    return {"field": bound, "control": dressed(bound, hint, rows, css), "optional": optional, **words}


def dressed(bound: BoundField, hint: str = "", rows: int = 0, css: str = "") -> SafeString:
    """Return the control with the theme's classes and the ids of what describes it."""
    bound.field.widget.attrs.pop("placeholder", None)  # a word that vanishes on typing is no label
    kind = getattr(bound.field.widget, "input_type", "")
    base = CONTROL_CSS.get(kind, "form-control")
    attrs: dict[str, Any] = {"class": f"{base} {css} {bound.field.widget.attrs.get('class', '')}".strip()}
    described = [f"{bound.auto_id}-hint"] if hint or bound.help_text else []
    if bound.errors:
        described.append(f"{bound.auto_id}-error")
        attrs |= {"aria-invalid": "true", "class": f"{attrs['class']} is-invalid"}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if rows:
        attrs["rows"] = rows
    return bound.as_widget(attrs=attrs)


@register.inclusion_tag("components/choice.html", takes_context=True)
def choice(
    context: Context, name: str, value: str, label: str, hint: str = "", chosen: Any = None, reveal: str = ""
) -> dict[str, Any]:
    """Draw one choice of a question (radio) with its consequence; stands in a fieldset with the question.

    `reveal` is the template of what belongs to this choice alone; it sees the context of the page."""
    own = {"name": name, "value": value, "label": label, "hint": hint, "reveal": reveal}
    return {**context.flatten(), **own, "checked": str(chosen) == str(value)}


# --- lists of cases ---------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Mapping[str, Any], page: Any, csv_url: str = "") -> dict[str, Any]:
    """Draw "1 to 12 of 27", the pages around, and the CSV of the whole list; keeps the filters of the address."""
    return {"page": page, "csv_url": csv_url, "request": context["request"]}


@register.inclusion_tag("components/sort_link.html", takes_context=True)
def sort_link(context: Mapping[str, Any], key: str, label: str, css: str = "") -> dict[str, Any]:
    """Draw a table head (<th>) that sorts by `?sort=key` (`-key`: downwards), with aria-sort when it does."""
    now = context["request"].GET.get("sort", context.get("sort", ""))
    direction = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    target = f"-{key}" if direction == "ascending" else key
    return {"label": label, "css": css, "direction": direction, "target": target, "request": context["request"]}


@register.inclusion_tag("components/palette.html")
def palette(commands: Iterable[Any]) -> dict[str, Any]:
    """Draw the command palette (Ctrl K). Each command: label, and `url` to go to or the key to `press`; perhaps `key`."""
    return {"commands": commands}


# --- figures ----------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/bar100.html")
def bar100(parts: Iterable[tuple[str, int]], label: str) -> dict[str, Any]:
    """Draw shares of a whole: (tone, amount) each; the figures stand beside it as text."""
    found = list(parts)
    whole = sum(amount for _, amount in found) or 1
    drawn, x = [], 0.0
    for tone, amount in found:
        width = 1000 * amount / whole
        drawn.append({"tone": css(tone), "x": f"{x:.1f}", "width": f"{max(width - 3, 0):.1f}"})
        x += width
    return {"parts": drawn, "label": label}


@register.inclusion_tag("components/spark.html")
def spark(values: Iterable[float], label: str) -> dict[str, Any]:
    """Draw a line of values, 128 by 28; `label` says its range and last value in words."""
    points = [float(value) for value in values]
    top, step = max(points, default=0) or 1, 128 / max(len(points) - 1, 1)
    line = " ".join(f"{'L' if i else 'M'}{i * step:.1f} {26 - 24 * value / top:.1f}" for i, value in enumerate(points))
    last_y = f"{26 - 24 * points[-1] / top:.1f}" if points else "26"
    return {"line": line, "last_y": last_y, "label": label}
