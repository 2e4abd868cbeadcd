"""What goes in and what comes out. Ratings, notes and what was seen go in only."""

import datetime
import uuid
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from ninja import Schema
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    create_model,
)

from engagements.lines import is_plain
from engagements.models import Status
from engagements.models.identity import EARLIEST_AT, LATEST_AT
from engagements.models.session import LONGEST_MINUTES, SHORTEST_MINUTES, SessionKind, SessionStatus
from trust.forms.session_log import LONGEST_NOTE, LONGEST_SUMMARY
from trust.instrument import COACH_ITEMS, HIGHEST, LOWEST, SEEN_KEYS

MOST_PER_PAGE = 100


def _written(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("Write a moment as text, with its offset: 2030-01-31T09:00:00Z")
    return value


def _bounded(moment: datetime.datetime) -> datetime.datetime:
    if not EARLIEST_AT <= moment <= LATEST_AT:
        raise ValueError(f"A moment lies between {EARLIEST_AT:%Y} and {LATEST_AT:%Y}.")
    return moment.astimezone(datetime.UTC)


def _plain(text: str) -> str:
    if not is_plain(text):
        raise ValueError("One line of plain text.")
    return text.strip()


def _https(text: str) -> str:
    try:
        return text and (URLValidator(schemes=["https"])(text) or text)
    except ValidationError:
        raise ValueError("An address that begins with https://") from None


Moment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_bounded)]
Minutes = Annotated[StrictInt, Field(ge=SHORTEST_MINUTES, le=LONGEST_MINUTES)]
Kind = Literal[tuple(SessionKind.values)]  # type: ignore[valid-type]


class Sent(Schema):
    """A body: names we do not know are refused."""

    model_config = ConfigDict(extra="forbid")


class Page(Schema):
    """Part of a list: go on after the last key you have."""

    after: uuid.UUID | None = Field(None, description="The next key of the page before")
    limit: int = Field(50, ge=1, le=MOST_PER_PAGE)


class EngagementFilter(Page):
    program: uuid.UUID | None = None
    status: Literal[tuple(Status.values)] | None = None  # type: ignore[valid-type]


class SessionFilter(Page):
    engagement: uuid.UUID | None = None
    status: Literal[tuple(SessionStatus.values)] | None = None  # type: ignore[valid-type]


class FlagFilter(Page):
    engagement: uuid.UUID | None = None


class ReportFilter(Page):
    program: uuid.UUID | None = None


class ProgramOut(Schema):
    id: uuid.UUID
    organization: str
    name: str
    time_zone: str
    cadence_weeks: int
    session_budget: int
    planned_weeks: int
    is_open: bool
    is_managed: bool = Field(description="Whether you manage it")


class EngagementOut(Schema):
    id: uuid.UUID
    program_id: uuid.UUID
    executive: str
    coach: str
    status: str
    starts_on: datetime.date
    ends_on: datetime.date
    ended_on: datetime.date | None
    cadence_weeks: int
    session_budget: int
    sessions_held: int
    sessions_booked: int
    last_session_at: datetime.datetime | None
    next_session_at: datetime.datetime | None
    is_own: bool = Field(description="Whether you coach it")


class SessionOut(Schema):
    id: uuid.UUID
    engagement_id: uuid.UUID
    kind: str
    status: str
    starts_at: datetime.datetime
    minutes: int


class FlagOut(Schema):
    """An open flag. A program manager gets its kind, its age, and whether the coach has responded."""

    id: uuid.UUID
    engagement_id: uuid.UUID
    kind: str
    age_days: int
    is_answered: bool
    level: str | None = Field(description="For the coach only")
    opened_at: datetime.datetime | None = Field(description="For the coach only")


class ReportOut(Schema):
    id: uuid.UUID
    program_id: uuid.UUID
    period_from: datetime.date
    period_until: datetime.date
    names_engagements: bool
    frozen_at: datetime.datetime
    digest: str | None = Field(description="SHA-256 of what was frozen; for whoever may read all of it")


class ReportLineOut(Schema):
    engagement_id: uuid.UUID
    kind: str
    figures: dict[str, Any]


class WholeReportOut(ReportOut):
    figures: dict[str, Any]
    lines: list[ReportLineOut] = Field(description="What each executive released, without the objective's words")


class Programs(Schema):
    items: list[ProgramOut]
    next: uuid.UUID | None


class Engagements(Schema):
    items: list[EngagementOut]
    next: uuid.UUID | None


class Sessions(Schema):
    items: list[SessionOut]
    next: uuid.UUID | None


class Flags(Schema):
    items: list[FlagOut]
    next: uuid.UUID | None


class Reports(Schema):
    items: list[ReportOut]
    next: uuid.UUID | None


class SessionIn(Sent):
    """A session to be scheduled."""

    starts_at: Moment
    minutes: Minutes = 60
    kind: Kind = SessionKind.COACHING.value  # type: ignore[valid-type]
    place: Annotated[StrictStr, Field(max_length=200), AfterValidator(_plain)] = ""
    call_link: Annotated[StrictStr, Field(max_length=500), AfterValidator(_https)] = ""


_rating = (Annotated[StrictInt, Field(ge=LOWEST, le=HIGHEST)] | None, None)
Ratings = create_model(  # type: ignore[call-overload]
    "Ratings",
    __base__=Sent,
    __doc__="1 to 7 each; what is left out, or null, was not observed.",
    **{item.key: _rating for item in COACH_ITEMS},
)


class LogIn(Sent):
    """What a coach records after a session. Nothing of it is given out by the API."""

    minutes: Minutes
    starts_at: Moment | None = Field(None, description="Where it began at another time than planned")
    kind: Kind | None = None  # type: ignore[valid-type]
    ratings: Ratings = Field(default_factory=Ratings)  # type: ignore[valid-type]
    seen: Annotated[list[Literal[tuple(SEEN_KEYS)]], Field(max_length=len(SEEN_KEYS))] = []  # type: ignore[valid-type]
    note: Annotated[StrictStr, Field(max_length=LONGEST_NOTE)] = ""
    summary: Annotated[StrictStr, Field(max_length=LONGEST_SUMMARY)] = ""
    next_at: Moment | None = Field(None, description="When the next session is, if it is to be booked")
