"""Makes the database ready: tables, demo data, the first administrator's link.

Runs in a process of its own, with the embedded settings; the launcher reads the answer as JSON.
"""

import io
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from coaching.demo import SIGN_INS

DEMO_ENGAGEMENTS = 40
DEMO_SEED = 1


def prepare() -> dict:
    """What the launcher needs to know: whether demo data is shown, its sign-ins, the first administrator's link."""
    call_command("migrate", verbosity=0, interactive=False)
    demo = settings.DEMO and _has_demo_data()
    return {"demo": demo, "sign_ins": _sign_ins() if demo else [], "door": _first_door(), "notes": _notes(demo)}


def demo_mark() -> Path:
    """A file that says: the people in this database are demo people."""
    return Path(settings.VAR_DIR) / "demo"


def _has_demo_data() -> bool:
    """Loads demo data into an empty database; one that holds somebody's own data is left alone."""
    if not _is_empty():
        return demo_mark().exists()
    sys.stderr.write("Loading demo data …\n")
    with transaction.atomic():  # half a demo would count as somebody's own data
        call_command("seed_demo", engagements=DEMO_ENGAGEMENTS, seed=DEMO_SEED, stdout=io.StringIO())
    demo_mark().touch()
    return True


def _is_empty() -> bool:
    from engagements.models import User

    return not User.objects.exists()


def _sign_ins() -> list[tuple[str, str, str]]:
    """Role, e-mail and password of the demo people worth signing in as."""
    return [(one["role"], one["email"], one["password"]) for one in SIGN_INS]


def _first_door() -> str:
    """The path of a one-time link for the first administrator, while there is none."""
    from engagements.models import User

    if User.objects.active().filter(is_administrator=True).exists():
        return ""
    from engagements.actions.invitations import open_first_door

    return f"/welcome/{open_first_door(now=timezone.now())}/"


def _notes(demo: bool) -> list[str]:
    from engagements.checks import trouble_with_keys

    return [note for note in (trouble_with_keys(), _note_on_demo(demo)) if note]


def _note_on_demo(demo: bool) -> str:
    if settings.DEMO and not demo and not _is_empty():
        return "The database holds your own data, so demo mode is off."
    return ""
