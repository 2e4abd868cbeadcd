"""What is known of one coach's engagements and sessions when a calendar comes in."""

from collections import defaultdict

from engagements.imports.calendars import event_key
from engagements.models import Engagement, Session, SessionStatus


class CalendarBook:
    """A coach's engagements by the executive's address, and the sessions of them."""

    def __init__(self, coach):
        self.engagements = {
            engagement.pk: engagement
            for engagement in Engagement.objects.filter(coach=coach).with_people().order_by("starts_on", "pk")
        }
        self._by_address = defaultdict(list)
        for engagement in self.engagements.values():
            self._by_address[engagement.executive.email.lower()].append(engagement)
        self.own_address = coach.email.lower()
        self._sessions = list(Session.objects.filter(engagement__in=self.engagements).oldest_first())
        self._by_event = defaultdict(list)
        for session in self._sessions:
            for key in {session.calendar_uid, session.calendar_uid.rpartition("|")[0]} - {""}:
                self._by_event[key].append(session)
        self._by_uid = {session.calendar_uid: session for session in self._sessions if session.calendar_uid}
        self._by_start = {
            (session.engagement_id, session.starts_at): session
            for session in self._sessions
            if session.status != SessionStatus.CANCELLED
        }

    def knows(self, addresses):
        """Whether one of these addresses is an executive of this coach."""
        return any(address in self._by_address for address in addresses - {self.own_address})

    def candidates(self, addresses, on):
        """Engagements an event of that day may belong to: open ones first, else those that ran then."""
        known = [one for address in sorted(addresses - {self.own_address}) for one in self._by_address.get(address, [])]
        is_open = [one for one in known if one.is_open]
        ran = [one for one in known if not one.is_open and one.starts_on <= on <= one.ended_on]
        return is_open or ran

    def by_key(self, key):
        """The session tied to this event, or None."""
        return self._by_uid.get(key)

    def by_start(self, engagement_id, starts_at):
        """The session of that engagement at that moment which is not cancelled, or None."""
        return self._by_start.get((engagement_id, starts_at))

    def tied_to(self, uid):
        """Sessions tied to an event of this UID or to one of its recurrences."""
        return self._by_event.get(event_key(uid), [])
