"""Icons and status pills, drawn once and remembered: long lists hold hundreds of them."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe

register = template.Library()

# Stored value of an engagement, a session or a flag: tone and icon. The word beside it says the same.
STATUS_LOOKS = {
    "PROPOSED": ("neutral", "ring"),
    "CHEMISTRY": ("neutral", "talk"),
    "CONTRACTED": ("neutral", "calendar"),
    "ACTIVE": ("good", "check"),
    "PAUSED": ("watch", "pause"),
    "COMPLETED": ("good", "check"),
    "ENDED_EARLY": ("neutral", "close"),
    "DECLINED": ("neutral", "close"),
    "SCHEDULED": ("neutral", "calendar"),
    "HELD": ("good", "check"),
    "CANCELLED": ("neutral", "close"),
    "MISSED": ("watch", "none"),
    "STALLED": ("attention", "level"),
    "REGRESSING": ("attention", "falling"),
    "QUIET": ("watch", "quiet"),
    "BUDGET": ("watch", "clock"),
    "RESOLVED": ("good", "check"),
    # Experiments: a slip is a normal state, and looks like one.
    "PLANNED": ("neutral", "ring"),
    "TRIED": ("neutral", "pen"),
    "TRIED_AGAIN": ("neutral", "pen"),
    "SLIPPED": ("neutral", "level"),
    "SET_ASIDE": ("neutral", "pause"),
}


@cache
def drawing(name):
    """The markup of an icon."""
    lines = render_to_string("_components/drawing.html", {"name": name}).splitlines()
    return mark_safe("".join(line.strip() for line in lines))  # noqa: S308 - our own file; the name only chooses


@register.simple_tag
def icon(name):
    """An icon, always beside a word."""
    return drawing(str(name))


@register.simple_tag
def pill(label, status="", tone="", icon=""):
    """A status as icon and word; a tone and icon given here win over those of the status."""
    usual_tone, usual_icon = STATUS_LOOKS.get(str(status), ("neutral", "dot"))
    return format_html(
        '<span class="pill pill-{}">{}{}</span>', tone or usual_tone, drawing(str(icon or usual_icon)), label
    )
