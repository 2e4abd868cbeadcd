"""`manage.py retention`: erases what has been kept for long enough, or says what it would erase."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from trust.actions.erasing import erase_past_retention
from trust.actions.retention_report import retention_report


class Command(BaseCommand):
    help = "Erases words and ratings of engagements that ended longer ago than their program keeps them."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="erase nothing, only say what would go")

    def handle(self, *args, **options):
        now, is_dry = timezone.now(), options["dry_run"]
        reports = retention_report(now)
        for report in reports:
            self._tell(report, is_dry)
        due = sum(len(report.due) for report in reports)
        if not due:
            self.stdout.write("Nothing is due.")
        elif is_dry:
            self.stdout.write(f"Nothing was erased. Due: {_count(due, 'engagement')}; the night's job erases them.")
        else:
            done = erase_past_retention(now=now)
            self.stdout.write(f"Erased the content of {_count(done, 'engagement')}. Dates and attendance stay.")

    def _tell(self, report, is_dry):
        program = report.program
        self.stdout.write(f"{program.organization.name}, {program.name}: kept for {program.retention_months} months")
        if report.due:
            words = ", ".join((
                _count(len(report.due), "engagement"), _count(report.texts, "revision of words", "revisions of words"),
                _count(report.readings, "reading"), _count(report.check_ins, "check-in"),
            ))  # fmt: skip
            self.stdout.write(f"  {'would go' if is_dry else 'due'}: {words}")
        if report.next_on:
            self.stdout.write(f"  later: {_count(report.waiting, 'engagement')}, the next on {report.next_on:%Y-%m-%d}")


def _count(number, word, words=""):
    return f"{number} {word if number == 1 else words or f'{word}s'}"
