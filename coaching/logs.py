"""What a log must not keep: the keys in personal links, and what an error's text may quote."""

import logging
import re
import traceback
from collections.abc import Iterator

KEY_IN_ADDRESS = re.compile(r"/(check-in/open|link|calendar|welcome|account/password/reset/link)/[^/\s?\"']+")


def without_keys(text: str) -> str:
    """The text, with an ellipsis for each key of a personal link."""
    return KEY_IN_ADDRESS.sub(r"/\1/…", text)


class WithoutKeys(logging.Filter):
    """Takes the keys out of every line, whoever wrote it: the server, Django's warnings, or we."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, dict) and "exc" in record.args and record.exc_info:
            record.args = record.args | {"exc": _name_of(record.exc_info[1])}  # Celery repeats the error in its line
        record.msg, record.args = without_keys(record.getMessage()), ()
        return True


class WithoutWords(logging.Formatter):
    """Says of an error where it happened and of which class it is; its text may quote what somebody wrote."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler may have left the full text here
        return super().format(record)

    def formatException(self, ei) -> str:
        return "".join(places(ei[1])).rstrip()


def places(error: BaseException | None) -> Iterator[str]:
    """The traceback of an error and of those it came from, the first one first."""
    if error is None:
        return
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from places(earlier)
        yield "\nWhich led to:\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{_name_of(error)}\n"


def _name_of(error: BaseException | None) -> str:
    return type(error).__name__
