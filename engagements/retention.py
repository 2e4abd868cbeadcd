"""How long things are kept. Pure: no database, no clock, no settings.

Words and ratings of an engagement are kept for its program's `retention_months` after it has ended. Everything
else that ages stands here, each with its reason. The audit trail, agreements, dates and attendance stay: they are
the proof of what was agreed and done.
"""

import calendar
from datetime import date, timedelta

# How many days before the exact day rows are looked at: months differ by no more than this.
MONTHS_DIFFER_BY = timedelta(days=3)

# Somebody who opens an old invitation or link is told the same either way; a month is for whoever asks why.
INVITATIONS = timedelta(days=30)  # after it was used or has expired
LINKS = timedelta(days=30)  # after it has expired or was revoked
# Codes are counted over one hour (CODES_PER_HOUR) and open a page for half of one.
CODES = timedelta(days=1)
# The key of a letter keeps it from being sent twice; nothing here reminds of anything after more than a year.
LETTERS = timedelta(days=400)
# Long enough for an executive who looks once a year, short enough not to become a record of everybody's habits.
LOOKS_MONTHS = 24
# What somebody typed and never saved. The page says until when it is kept.
DRAFTS = timedelta(days=30)  # after the last word
ENDED_DRAFTS = timedelta(days=1)  # empty rows; a message that was under way when the form was saved has arrived

# A program that got no answer asks again within minutes, at the latest once a weekend is over.
API_REQUESTS = timedelta(hours=48)
# Tokens that open nothing: for whoever asks why a program stopped.
TOKENS = timedelta(days=90)  # after they have ended or were revoked
# What was sent to webhooks: long enough to find out what a program missed.
DELIVERIES = timedelta(days=30)


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later; the last day of the month where there is none."""
    return _shifted(day, months)


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months earlier; the last day of the month where there is none."""
    return _shifted(day, -months)


def _shifted(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))
