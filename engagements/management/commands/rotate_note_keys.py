"""`manage.py rotate_note_keys`: wraps every data key under the newest key-encryption key, while everything runs."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from engagements.actions.keys import ENGAGEMENTS, IMPORTS, keys_to_rewrap, rewrap_keys, sealing_ring
from engagements.key_file import put_key_in_front
from engagements.key_ring import key_ring
from engagements.vault import VaultError

WORDS = {ENGAGEMENTS: "engagements", IMPORTS: "imports"}


class Command(BaseCommand):
    help = (
        "Wraps every data key that another key-encryption key wraps under the newest one. May be interrupted and run "
        "again, and twice at once."
    )

    def add_arguments(self, parser):
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--check", action="store_true", help="only count what is left; exit code 1 if anything is")
        what.add_argument("--new", action="store_true", help="first put a fresh key in front of VAR_DIR/note_keys")

    def handle(self, *args, **options):
        try:
            if options["new"]:
                self._put_in_front()
            if options["check"]:
                self._check()
            else:
                self._rotate()
        except (VaultError, OSError) as problem:
            raise CommandError(f"{problem} Nothing was changed.") from problem

    def _put_in_front(self):
        """Running processes see that the file changed before they open or seal the next thing."""
        if settings.NOTE_KEYS or settings.NOTE_KEYS_FILE is None:
            raise CommandError("NOTE_KEYS comes from the environment: put the new key in front there, and restart.")
        sealing_ring()
        put_key_in_front(settings.NOTE_KEYS_FILE)
        self.stdout.write(f"A fresh key stands in front of {settings.NOTE_KEYS_FILE}. Renew your copy of the file.")

    def _rotate(self):
        lost = 0
        for store, words in WORDS.items():
            batches = list(rewrap_keys(store=store, by=None, now=timezone.now()))
            lost += sum(batch.lost for batch in batches)
            self.stdout.write(f"{words}: {sum(batch.rewrapped for batch in batches)} keys wrapped anew")
        self.stdout.write(f"newest key: {key_ring().current_id}")
        if lost:
            raise CommandError(f"{lost} keys are opened by no key at hand, and stay as they are.")

    def _check(self):
        left = {words: keys_to_rewrap(store=store) for store, words in WORDS.items()}
        for words, number in left.items():
            self.stdout.write(f"{words}: {number} keys left")
        if any(left.values()):
            raise CommandError("Older keys are still needed. Run: manage.py rotate_note_keys")
        self.stdout.write("The newest key opens everything; older ones are needed for older backups only.")
