"""How are pieces of a sentence set side by side in the reader's language? Known to every template without a load.

`{{ seller }}{% comma %}{{ place }}` is "Lantern Lane, Harbour Market" in English and has no half-width mark in Chinese."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.translation import pgettext

from countermark.apps.work import moments

register = template.Library()


@register.simple_tag
def comma() -> str:
    """What stands between two things said of one: "Lantern Lane, Harbour Market"."""
    return pgettext("mark between two pieces", ", ")


@register.simple_tag
def semicolon() -> str:
    """What stands between two facts of one line."""
    return pgettext("mark between two pieces", "; ")


@register.simple_tag
def colon() -> str:
    """What stands between a label and what it labels."""
    return pgettext("mark between two pieces", ": ")


@register.simple_tag
def stop() -> str:
    """What ends a sentence, the room to the next one included."""
    return pgettext("mark between two pieces", ". ")


@register.filter
def joined(values: Iterable[Any]) -> str:
    """Values as a list is joined in a sentence."""
    return moments.joined(str(value) for value in values)
