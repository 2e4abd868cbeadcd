"""Who and what the pages are measured with: people and engagements of the data at hand, and sessions made for it.

The pages that are read are of one coach; what is written goes to another, so that it is on none of them."""

import zoneinfo
from datetime import timedelta

from django.db.models import Count, Q
from django.http import HttpResponse
from django.utils import timezone

from coaching.keyset import Mark
from engagements import tokens
from engagements.actions.standings import keep_standings
from engagements.link_cookies import cookie_name, put_link_cookie
from engagements.models import Engagement, Program, SealedText, Session, SessionStatus, Standing, Status, User
from trust.actions.check_ins import token_of
from trust.instrument import COACH_ITEMS, EXECUTIVE_ITEMS
from trust.models import CheckIn, CheckInStatus
from trust.views.check_in import PURPOSE

RATINGS = 4


class NoData(Exception):
    """There is nobody to measure with."""


class PageCast:
    """The most demanding of each: the manager with most programs, the program with most engagements, a full course."""

    def __init__(self, rounds):
        self.now, self.rounds = timezone.now(), rounds

    def __enter__(self):
        self.engagements = Engagement.objects.count()
        manager = _most(User.objects.filter(is_active=True), "program_memberships")
        self.program = manager and _most(Program.objects.managed_by(manager), "engagements")
        self.engagement = manager and self._full_course(manager)
        if not self.engagement:
            raise NoData("There is no engagement under way that a program manager could look at.")
        self.written = self._full_course(manager, besides=self.engagement.coach)
        self.people = {"manager": manager, "coach": self.engagement.coach, "writer": self.written.coach}
        middle = Engagement.objects.filter(program=self.program).order_by("pk")[self._half_of_program()]
        self.searched = middle.executive.email.partition("@")[0]
        self.deep = f"after={self._half_way(manager)}"
        self.sessions = self._sessions()
        self.check_ins = self._check_ins()
        return self

    def __exit__(self, *failure):
        made = [session.pk for session in self.sessions]
        SealedText.objects.filter(subject_id__in=made).delete()
        Session.objects.filter(pk__in=made).delete()
        keep_standings([self.written.pk], self.now)

    def _full_course(self, manager, besides=None):
        """An engagement under way with as many sessions as any, whose executive is asked for check-ins."""
        running = Engagement.objects.managed_by(manager).with_content().filter(status=Status.ACTIVE, check_ins_on=True)
        if besides:
            running = running.exclude(coach=besides)
        return _most(running.select_related("coach", "program", "executive"), "sessions")

    def _half_way(self, manager):
        """The place in the middle of the manager's list."""
        rows = Standing.objects.managed_by(manager).open().order_by("executive_name", "pk")
        half = rows.count() // 2
        return Mark(position=half, stretch=0, value=None, key=rows[half].pk)

    def _half_of_program(self):
        return Engagement.objects.filter(program=self.program).count() // 2

    # --- what forms are sent to -----------------------------------------------------------------------

    def _sessions(self):
        """Sessions to log, one for each round and two for reading, a minute apart within the last hours."""
        start = self.now.replace(second=0, microsecond=0) - timedelta(days=1)
        rows = [
            Session(
                engagement=self.written,
                starts_at=start - timedelta(minutes=number),
                status=SessionStatus.SCHEDULED,
                created_at=self.now,
                changed_at=self.now,
            )
            for number in range(2 * self.rounds + 1)
        ]
        return Session.objects.bulk_create(rows)

    def _check_ins(self):
        """Check-ins that wait for an answer, of sessions that nobody logs here."""
        closes_at = self.now + timedelta(days=2)
        rows = []
        for session in self.sessions[self.rounds + 1 :]:
            row = CheckIn(session=session, nonce=tokens.new_nonce(), status=CheckInStatus.SENT, closes_at=closes_at)
            row.sent_at, row.token_hash = self.now, tokens.hash_of(token_of(row))
            rows.append(row)
        return CheckIn.objects.bulk_create(rows)

    def log_address(self, number):
        return f"/sessions/{self.sessions[number].pk}/log/"

    def log_form(self, number):
        starts_at = self.sessions[number].starts_at.astimezone(zoneinfo.ZoneInfo(self.people["writer"].time_zone))
        return [
            *((item.key, RATINGS) for item in COACH_ITEMS),
            ("note", "A private note of some length. " * 10),
            ("summary", "A shared summary."),
            ("day", f"{starts_at:%Y-%m-%d}"),
            ("clock", f"{starts_at:%H:%M}"),
            ("minutes", 60),
            ("kind", "COACHING"),
        ]

    def check_in_address(self, number):
        return f"/check-in/{self.check_ins[number].pk}/"

    def check_in_cookie(self, number):
        """The cookie a link is swapped for."""
        key = self.check_ins[number].pk
        response = put_link_cookie(HttpResponse(), key=key, path="/", purpose=PURPOSE)
        name = cookie_name(key, PURPOSE)
        return f"{name}={response.cookies[name].value}"

    def check_in_form(self, number):
        return [*((item.key, RATINGS) for item in EXECUTIVE_ITEMS), ("is_shared", "on")]


def _most(rows, related):
    """The row with most of something; None where there is none with any."""
    counted = rows.annotate(number=Count(related, filter=Q(**{f"{related}__isnull": False})))
    return counted.filter(number__gt=0).order_by("-number", "pk").first()
