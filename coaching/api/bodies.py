"""Reads what was sent, strictly: JSON that any reader would read the same way, of a size that is meant."""

import json
import math

from ninja.parser import Parser

from coaching.api.problems import Problem

LONGEST = 1024 * 1024  # bytes: the longest note, with each character written as an escape, fits
LARGEST = 2**53  # whole numbers that every reader of JSON reads exactly


class StrictBodies(Parser):
    """Gives ninja the body that `read_body` has read before."""

    def parse_body(self, request):
        return request.json_body


def read_body(request):
    """The JSON object of a request; raises Problem."""
    if request.content_type != "application/json":
        raise Problem(415)
    if (request.content_params or {}).get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise Problem(415, "Send JSON in UTF-8.")
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST:
        raise Problem(413, f"A request has at most {LONGEST} bytes.")
    try:
        body = _parsed(request.body.decode())
    except (ValueError, RecursionError):
        raise Problem(
            400, "The body is not JSON as we take it: UTF-8, no name twice, no NaN, no endless number."
        ) from None
    if not isinstance(body, dict):
        raise Problem(400, "The body has to be a JSON object.")
    return body


def _parsed(text):
    body = json.loads(
        text, object_pairs_hook=_each_name_once, parse_constant=_refused, parse_int=_whole, parse_float=_finite
    )
    _check_texts(body)
    return body


def _each_name_once(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _refused(word):
    raise ValueError


def _whole(digits):
    if len(digits) > 17 or abs(number := int(digits)) > LARGEST:
        raise ValueError
    return number


def _finite(digits):
    if not math.isfinite(number := float(digits)):
        raise ValueError
    return number


def _check_texts(body):
    """Refuses null characters and halves of characters, which no table and no page can hold."""
    waiting = [body]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and ("\0" in one or any("\ud800" <= letter <= "\udfff" for letter in one)):
            raise ValueError
