"""What a log must not keep: the keys in personal links."""

import logging
import re

KEY_IN_ADDRESS = re.compile(r"/(check-in|welcome|account/password/reset/link)/[^/\s?\"']+")


def without_keys(text: str) -> str:
    """The text, with an ellipsis for each key of a personal link."""
    return KEY_IN_ADDRESS.sub(r"/\1/…", text)


class WithoutKeys(logging.Filter):
    """Takes the keys out of every line, whoever wrote it: the server, Django's warnings, or we."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = without_keys(record.getMessage()), ()
        return True
