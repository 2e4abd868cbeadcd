"""What a password must be beside long: not endless, not one sign over and over, not this site's name."""

from django.conf import settings
from django.core.exceptions import ValidationError

LONGEST = 1000  # characters; hashing anything longer is work for nothing
FEWEST_DIFFERENT = 5


class NotEndless:
    """Refuses more than LONGEST characters."""

    def validate(self, password, user=None):
        if len(password) > LONGEST:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self):
        return f"A password has at most {LONGEST} characters."


class NotMonotonous:
    """Refuses a few characters again and again, and the site's name with something added."""

    def validate(self, password, user=None):
        bare = "".join(password.lower().split())
        if len(set(bare)) < FEWEST_DIFFERENT:
            raise ValidationError("This is the same few characters again and again.", code="password_monotonous")
        if bare.replace("".join(settings.SITE_NAME.lower().split()), "").strip("0123456789!?.-_ ") == "":
            raise ValidationError("This is easy to guess.", code="password_site_name")

    def get_help_text(self):
        return ""
