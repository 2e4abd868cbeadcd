"""One line of plain text: a name, a role, a place. Pure.

Names stand in subjects of mails, in lists and in exports. Characters that break a line, or turn the direction of
whatever stands behind them, let one name look like another; words in notes may hold them.
"""

import re

BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# Overrides, embeddings and isolates. The marks that right-to-left names need (U+200E, U+200F, U+061C) are none.
TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


def on_one_line(text: str) -> str:
    """Line breaks and tabs become spaces."""
    return BREAKS.sub(" ", text)


def is_plain(text: str) -> bool:
    return not CONTROL.search(text) and not TURNING.search(text)


def made_plain(text: str) -> str:
    """Without what `is_plain` refuses; for files, where nobody can be asked."""
    return TURNING.sub("", CONTROL.sub("", on_one_line(text)))
