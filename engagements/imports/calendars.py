"""Reads an .ics file into meetings: series expanded, exceptions applied, moments in UTC. Pure."""

import hashlib
import zoneinfo
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Component

from engagements.imports.tables import UnreadableFile, decode, refuse_size
from engagements.lines import made_plain

MOST_EVENTS = 20_000
MOST_OCCURRENCES = 500
LONGEST_UID = 280  # characters; the column that keeps it takes 300, with the recurrence behind
USUAL_MINUTES = 60
OLDEST = date(1990, 1, 1)  # a series is followed from its first day on
MOST_DATES = 2_000  # that one event may list beside its rule
TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
NO_CALENDAR = "This is not a calendar file (.ics), or it is damaged."


@dataclass(frozen=True, slots=True)
class Event:
    """One VEVENT as it stands in the file. `number` counts events from 1."""

    number: int
    uid: str
    addresses: frozenset[str]
    component: Component
    begins: object  # date, datetime, or None

    @property
    def is_all_day(self) -> bool:
        return isinstance(self.begins, date) and not isinstance(self.begins, datetime)

    @property
    def is_cancelled(self) -> bool:
        return str(self.component.get("STATUS", "")).upper() == "CANCELLED"

    @property
    def is_exception(self) -> bool:
        """One occurrence of a series that differs from the rest."""
        return "RECURRENCE-ID" in self.component


@dataclass(frozen=True, slots=True)
class Meeting:
    """One occurrence. `key` names event and recurrence and stays when the occurrence is moved."""

    number: int
    key: str
    uid: str
    starts_at: datetime
    minutes: int
    addresses: frozenset[str]
    is_cancelled: bool
    is_floating: bool
    is_moved: bool
    place: str
    call_link: str


def read_events(content: bytes) -> tuple[Calendar, list[Event]]:
    """The calendar and its events; raises UnreadableFile."""
    refuse_size(content)
    text, _ = decode(content)
    if "BEGIN:VCALENDAR" not in text[:2_000].upper():
        raise UnreadableFile(NO_CALENDAR)
    if text.upper().count("BEGIN:VEVENT") > MOST_EVENTS:
        raise UnreadableFile(f"The calendar has more than {MOST_EVENTS:,} events. Export a shorter span.")
    try:
        calendar = Calendar.from_ical(text)
        events = [_event(number, part) for number, part in enumerate(calendar.walk("VEVENT"), start=1)]
    except UnreadableFile:
        raise
    except Exception as error:  # the parser raises whatever the damaged line happens to cause
        raise UnreadableFile(NO_CALENDAR) from error
    if not events:
        raise UnreadableFile("The calendar holds no event.")
    return calendar, events


def _event(number, component) -> Event:
    begins = component.get("DTSTART")
    return Event(
        number=number,
        uid=str(component.get("UID", "")) or _made_up_uid(component),
        addresses=frozenset(_addresses(component)),
        component=component,
        begins=getattr(begins, "dt", None),
    )


def _made_up_uid(component) -> str:
    """Some exports leave out the UID; the same event must still be recognised the next time."""
    return "no-uid-" + hashlib.sha256(component.to_ical()).hexdigest()[:32]


def _addresses(component) -> Iterable[str]:
    for name in ("ATTENDEE", "ORGANIZER"):
        given = component.get(name, [])
        for value in given if isinstance(given, list) else [given]:
            for text in (str(value), str(getattr(value, "params", {}).get("EMAIL", ""))):
                address = text.strip().lower().removeprefix("mailto:")
                if "@" in address:
                    yield address


def expand(calendar: Calendar, events: list[Event], *, zone: str, first: datetime, last: datetime):
    """Meetings of these events from `first` to `last`, and what could not be expanded.

    Returns (meetings, {uid: reason}, is_cut): at most MOST_OCCURRENCES meetings, oldest first. A time without
    a zone is read in `zone`.
    """
    import recurring_ical_events

    meetings, failed = [], {}
    by_uid: dict[str, list[Event]] = {}
    for event in events:
        by_uid.setdefault(event.uid, []).append(event)
    for uid, parts in by_uid.items():
        try:
            if any(_repeats_too_often(part) for part in parts):
                failed[uid] = "It repeats more often than daily."
                continue
            _refuse_endless(parts)
            found = recurring_ical_events.of(_only(calendar, parts)).between(first, last)
            meetings += [meeting for part in found if (meeting := _meeting(part, parts, zone))]
        except Exception:  # a rule the library cannot follow must not stop the other events
            failed[uid] = "Its dates or its rule of repetition cannot be read."
    meetings.sort(key=lambda meeting: (meeting.starts_at, meeting.key))
    return meetings[:MOST_OCCURRENCES], failed, len(meetings) > MOST_OCCURRENCES


def _refuse_endless(parts: list[Event]) -> None:
    """Raises ValueError for what would take minutes to expand, or never end."""
    for event in parts:
        if isinstance(event.begins, datetime) and event.begins.date() < OLDEST:
            raise ValueError("It begins too long ago.")
        for rule in _rules(event):
            if any(step < 1 for step in rule.get("INTERVAL", [])):
                raise ValueError("It repeats on the spot.")
            if "DAILY" in map(str.upper, rule.get("FREQ", [])) and rule.get("BYMONTHDAY"):
                raise ValueError("It looks at each day until the end of time.")
        if sum(len(listed.dts) for listed in _all(event, "RDATE", "EXDATE")) > MOST_DATES:
            raise ValueError("It lists too many dates.")


def _rules(event: Event) -> list:
    """Rules by which an event comes again or stays away."""
    return _all(event, "RRULE", "EXRULE")


def _all(event: Event, *names: str) -> list:
    """Every value of these properties; one that stands once is no list."""
    given = [event.component.get(name, []) for name in names]
    return [value for values in given for value in (values if isinstance(values, list) else [values])]


def _repeats_too_often(event: Event) -> bool:
    for rule in _rules(event):
        if {str(word).upper() for word in rule.get("FREQ", [])} & TOO_OFTEN:
            return True
        if any(rule.get(name) for name in ("BYHOUR", "BYMINUTE", "BYSECOND")):
            return True
    return False


def _only(calendar: Calendar, parts: list[Event]) -> Calendar:
    """A calendar of just these events, so that one bad event harms no other."""
    small = Calendar()
    small.add("VERSION", "2.0")
    small.add("PRODID", "-//point of trust//import//EN")
    for zone in calendar.walk("VTIMEZONE"):
        small.add_component(zone)
    for part in parts:
        small.add_component(part.component)
    return small


def _meeting(component, parts: list[Event], zone: str) -> Meeting | None:
    begins = component["DTSTART"].dt
    if not isinstance(begins, datetime):
        return None
    starts_at = in_utc(begins, zone)
    recurrence = getattr(component.get("RECURRENCE-ID"), "dt", begins)
    is_series = any("RRULE" in part.component or "RDATE" in part.component or part.is_exception for part in parts)
    original = in_utc(recurrence, zone) if isinstance(recurrence, datetime) else starts_at
    uid = parts[0].uid
    place, call_link = _where(component)
    return Meeting(
        number=_number(parts, recurrence),
        key=meeting_key(uid, original if is_series else None),
        uid=uid,
        starts_at=starts_at,
        minutes=_minutes(component, begins),
        addresses=frozenset(_addresses(component)) or frozenset().union(*(part.addresses for part in parts)),
        is_cancelled=str(component.get("STATUS", "")).upper() == "CANCELLED",
        is_floating=begins.tzinfo is None,
        is_moved=original != starts_at,
        place=place,
        call_link=call_link,
    )


def _number(parts, recurrence) -> int:
    """The event in the file that says when this occurrence is: the exception if there is one, else the series."""
    for part in parts:
        if part.is_exception and part.component["RECURRENCE-ID"].dt == recurrence:
            return part.number
    return min(part.number for part in parts)


def meeting_key(uid: str, recurrence: datetime | None) -> str:
    """The event's key, and for a series the recurrence in UTC."""
    return event_key(uid) + (f"|{recurrence.astimezone(UTC):%Y%m%dT%H%M%SZ}" if recurrence else "")


def event_key(uid: str) -> str:
    """The UID; a very long one is replaced by its fingerprint, so that the recurrence fits behind it."""
    return uid if len(uid) <= LONGEST_UID else hashlib.sha256(uid.encode()).hexdigest()


def in_utc(moment: datetime, zone: str) -> datetime:
    """UTC. A moment without a zone is wall-clock time in `zone`."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zoneinfo.ZoneInfo(zone))
    return moment.astimezone(UTC)


def _minutes(component, begins: datetime) -> int:
    if "DTEND" in component:
        end = component["DTEND"].dt
        if isinstance(end, datetime) and (end.tzinfo is None) == (begins.tzinfo is None):
            # Compared in UTC: a meeting across the change to summer time has its real length.
            length = end - begins if begins.tzinfo is None else end.astimezone(UTC) - begins.astimezone(UTC)
            return round(length.total_seconds() / 60)
    if "DURATION" in component and isinstance(component["DURATION"].dt, timedelta):
        return round(component["DURATION"].dt.total_seconds() / 60)
    return USUAL_MINUTES


def _where(component) -> tuple[str, str]:
    """Place and call link: an https address in the location is a link."""
    place = " ".join(made_plain(str(component.get("LOCATION", ""))).split())[:200]
    for text in (place, str(component.get("URL", ""))):
        if text.startswith("https://") and " " not in text and len(text) <= 500:
            return ("" if text == place else place), text
    return place, ""


def reasons_left_aside(reasons: Iterable[str]) -> dict[str, int]:
    """How many events were left aside, by reason."""
    return dict(Counter(reasons))
