"""Pages of a list by key: what was read before does not move when something is added."""

from coaching.api.problems import Problem


def page_of(rows, page):
    """(rows of this page, key to go on after, or None). `rows` is narrowed to what the person may see."""
    rows = rows.order_by("pk")
    if page.after is not None:
        rows = rows.filter(pk__gt=page.after)
    found = list(rows[: page.limit + 1])
    shown = found[: page.limit]
    return shown, shown[-1].pk if len(found) > page.limit else None


def one_of(rows, pk):
    """The row with this key; not yours is not there."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Problem(404)
    return row
