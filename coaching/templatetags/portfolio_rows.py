"""Rows of the portfolio. No template writes them: fifty rows of nine cells are most of what the page has to write.

Everything goes through format_html, so whatever names hold is escaped.
"""

from django import template
from django.utils.html import format_html_join

from coaching.templatetags.look import pill

register = template.Library()

HEAD = """<tr><td class="tick-cell"><input class="form-check-input" type="checkbox" name="row" value="{row_key}" \
aria-label="Select {row_executive}"></td><th scope="row"><a href="{url}">{row_executive}</a></th>"""
# Cells by the name of their column (coaching.forms.portfolio.COLUMNS).
CELLS = {
    "coach": '<td data-label="Coach">{row_coach}</td>',
    "program": '<td data-label="Program">{row_program}</td>',
    "status": '<td data-label="Status">{status}</td>',
    "left": '<td data-label="Sessions">{row_left} of {row_budget} left'
    '<span class="sub">{row_held} held, {row_booked} booked</span></td>',
    "last": '<td data-label="Last" class="text-nowrap{last_css}">{last_on}</td>',
    "next": '<td data-label="Next" class="text-nowrap{next_css}">{next_on}</td>',
    "flag": '<td data-label="Flag" class="flag-cell">{flags}</td>',
}
READ = [
    "row_key",
    "row_executive",
    "url",
    "row_coach",
    "row_program",
    "last_on",
    "next_on",
    "row_left",
    "row_budget",
    "row_held",
    "row_booked",
]
FLAG = '<div>{} <span class="sub">{}, {}</span></div>'
RESPONDED = {True: "coach responded", False: "no response yet"}


@register.simple_tag
def portfolio_rows(rows, columns):
    """Rows (coaching.views.portfolio_rows.TOLD, with words and flags) with a cell for each of these columns."""
    form = HEAD + "".join(CELLS[name] for name in columns if name in CELLS) + "</tr>\n"
    return format_html_join("", form, map(_told, rows))


def _told(row):
    """Names in HEAD and CELLS."""
    return {name: row[name] for name in READ} | {
        "status": pill(row["status_label"], row["row_status"]),
        "last_css": "" if row["row_last"] else " is-none",
        "next_css": "" if row["row_next"] else " is-none",
        "flags": format_html_join("", FLAG, map(_flag, row["flags"])),
    }


def _flag(flag):
    return pill(flag["label"], flag["kind"]), flag["age"], RESPONDED[flag["is_answered"]]
