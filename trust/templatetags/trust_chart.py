"""The trust chart as SVG. No template writes it: a chart has hundreds of marks, and a page holds two of them.

Everything goes through format_html, so whatever words hold is escaped.
"""

from django import template
from django.utils.html import format_html, format_html_join

register = template.Library()

GRID = '<path class="grid" d="M{} {}H{}"/><text x="0" y="{}" dy="4">{}</text>'
DATE = '<path class="axis" d="M{} {}v5"/><text x="{}" y="{}" text-anchor="middle">{}</text>'
POINT = '<path class="event" d="M{} {}V{}"/>'
BAND = '<g class="{}"><path class="band" d="{}"/></g>'
STRAND = """<g class="{}"><path class="strand-line" d="{}"/>{}{}<text class="{}-label" x="{}" y="{}">{}</text></g>
"""
WAITING = '<path class="strand-line strand-waiting" d="{}"/>'
MARK = '<path class="mark{}" d="{}"/>'
EVENT = '<path class="{}" transform="translate({} {})" d="{}"/>'
SPOT = """<g class="spot" tabindex="0" role="img" aria-label="{}">
<rect class="spot-reach" x="{}" y="0" width="{}" height="{}"/>
<g class="tip" aria-hidden="true"><path class="tip-line" d="M{} {}V{}"/>
<rect class="tip-box" x="{}" y="{}" width="{}" height="{}" rx="6"/><g transform="translate({} {})">{}</g></g></g>
"""
CELL = '<text{} x="{}" y="{}"{}>{}</text>'
CHART = """<svg class="chart trust-chart trust-chart-{name}" viewBox="0 0 {width} {height}" role="group" \
aria-labelledby="{name}-title {name}-words">
<title id="{name}-title">{title}</title>
<desc id="{name}-words">{words}</desc>
<g aria-hidden="true">
{levels}
{dates}
<path class="axis" d="M{left} {bottom}H{right}"/>{points}
{bands}
{strands}{events}
</g>
{spots}</svg>"""
HEAD, END = format_html(' class="{}"', "tip-head"), format_html(' text-anchor="{}"', "end")
CHECK_IN = " mark-check-in"


@register.simple_tag
def trust_chart(chart):
    """One drawing of the chart (trust.charts.drawing.Chart)."""
    frame = chart.frame
    top, bottom = frame.top, frame.bottom
    return format_html(
        CHART,
        name=frame.name,
        width=frame.width,
        height=frame.height,
        left=frame.left,
        right=frame.right,
        bottom=bottom,
        title=chart.title,
        words=chart.words,
        levels=_each(GRID, ((frame.left, tick.y, frame.right, tick.y, tick.label) for tick in chart.levels)),
        dates=_each(DATE, ((tick.x, bottom, tick.x, tick.y, tick.label) for tick in chart.dates)),
        points=_each(POINT, ((x, top, bottom) for x in chart.points)),
        bands=_each(BAND, ((strand.css, strand.band) for strand in chart.strands)),
        strands=_each(STRAND, map(_strand, chart.strands)),
        events=_each(EVENT, ((event.css, event.x, event.y, event.path) for event in chart.events)),
        spots=_each(SPOT, (_spot(spot, frame) for spot in chart.spots)),
    )


def _each(form, rows):
    return format_html_join("", form, rows)


def _strand(strand):
    waiting = format_html(WAITING, strand.waiting) if strand.waiting else ""
    marks = _each(MARK, ((CHECK_IN if mark.is_check_in else "", mark.path) for mark in strand.marks))
    return strand.css, strand.line, waiting, marks, strand.css, strand.label_x, strand.label_y, strand.label


def _spot(spot, frame):
    cells = (
        (HEAD if row.is_head else "", cell.x, row.y, END if cell.is_end else "", cell.text)
        for row in spot.rows
        for cell in row.cells
    )
    reach = spot.words, spot.left, spot.width, frame.height, spot.x, frame.top, frame.bottom
    tip = spot.tip_x, spot.tip_y, spot.tip_width, spot.tip_height, spot.tip_x, spot.tip_y
    return *reach, *tip, _each(CELL, cells)
