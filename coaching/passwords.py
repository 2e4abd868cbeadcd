"""What a password must be beside long: not endless, not the same over and over, not a common word with a tail."""

from functools import cache

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

LONGEST = 1000  # characters; hashing anything longer is work for nothing
FEWEST_DIFFERENT = 5
ADDED = "0123456789!?.,-_* "  # what people put around a word to make it longer


class NotEndless:
    """Refuses more than LONGEST characters."""

    def validate(self, password, user=None):
        if len(password) > LONGEST:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self):
        return f"A password has at most {LONGEST} characters."


class NotMonotonous:
    """Refuses a few characters again and again, and a common word repeated or with something added."""

    def validate(self, password, user=None):
        bare = "".join(password.lower().split())
        if len(set(bare)) < FEWEST_DIFFERENT:
            raise ValidationError("This is the same few characters again and again.", code="password_monotonous")
        site = "".join(settings.SITE_NAME.lower().split())
        words = {bare, unit_of(bare), unit_of(bare.strip(ADDED))}
        if site in words or words & common():
            raise ValidationError("This is easy to guess.", code="password_easy")

    def get_help_text(self):
        return ""


@cache
def common():
    """The words of Django's list."""
    return CommonPasswordValidator().passwords


def unit_of(text):
    """What a text is made of that says the same again and again; the text itself if it does not."""
    return text[: (text + text).find(text, 1)] if text else text
