"""The disclosure schedule of an agreement, in words for its pages."""

from engagements.forms.programs import DISCLOSURE_HELP
from engagements.models import DISCLOSURES


def disclosures(agreement):
    """Each field of the schedule: words, and whether it is opened."""
    named = {name: str(agreement._meta.get_field(name).verbose_name) for name in DISCLOSURES}
    return [
        {"words": named[name], "help": DISCLOSURE_HELP[name], "is_open": getattr(agreement, name)}
        for name in DISCLOSURES
    ]
