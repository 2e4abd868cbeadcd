"""Check-ins: asked for after a held session, mailed by a job, answered by link."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction

from engagements import tokens
from engagements.actions.audit import record
from engagements.actions.engagements import touch
from engagements.actions.erasure import refuse_erased
from trust.instrument import VERSION, Voice
from trust.models import CheckIn, CheckInStatus, Reading, ReadingRevision
from trust.models.check_in import OLDEST_SESSION_DAYS, OPEN_DAYS

RETRY_AFTER = timedelta(minutes=5)


class CheckInClosed(Exception):
    """The link is unknown, closed or withdrawn; which of these is not said."""


def token_of(check_in) -> str:
    """The link's 256-bit token: derived, so that a repeated mail carries the same link and nothing is stored."""
    bound_to = (str(check_in.pk), str(check_in.session_id))
    return tokens.derive_token(settings.SECRET_KEY, purpose="CHECK_IN", bound_to=bound_to, nonce=check_in.nonce)


def open_check_in(*, token, now):
    """The check-in that a link opens; raises CheckInClosed. The token must be derived from the very row found."""
    check_in = CheckIn.objects.open_at(now).with_token(token).first()
    if check_in is None or not tokens.same(token_of(check_in), token):
        raise CheckInClosed
    return check_in


@transaction.atomic
def ask_for_check_in(*, session, now):
    """Puts a check-in on the list of mails to send; once per session, and not for sessions long past.

    One that was withdrawn by mistake comes back: with the link it had, or, never mailed, to be mailed.
    """
    too_old = now - session.starts_at > timedelta(days=OLDEST_SESSION_DAYS)
    if not session.engagement.asks_for_check_ins or too_old:
        return None
    check_in, made = CheckIn.objects.get_or_create(
        session=session, defaults={"nonce": tokens.new_nonce(), "send_after": now}
    )
    if made:
        check_in.token_hash = tokens.hash_of(token_of(check_in))
        check_in.save(update_fields=["token_hash"])
    elif check_in.status == CheckInStatus.REVOKED:
        _give_back(check_in, now)
    return check_in


def _give_back(check_in, now):
    if check_in.sent_at is None:
        check_in.status, check_in.send_after = CheckInStatus.DUE, now
    else:
        check_in.status = CheckInStatus.ANSWERED if check_in.answered_at else CheckInStatus.SENT
    check_in.save(update_fields=["status", "send_after"])


def withdraw_check_in(*, session):
    """The session turned out not to have been held: its link stops working."""
    CheckIn.objects.filter(session=session).exclude(status=CheckInStatus.REVOKED).update(status=CheckInStatus.REVOKED)


@transaction.atomic
def claim_check_in(*, check_in_id, now):
    """Takes a due check-in for sending; None when another worker has it. At most one of two workers wins.

    The row is locked before it is asked whether it is due: that question looks at the session too, and an update
    over a join would not look again after waiting for the other worker.
    """
    rows = CheckIn.objects.filter(pk=check_in_id)
    if rows.select_for_update(of=("self",)).first() is None or not rows.due(now).exists():
        return None
    rows.update(status=CheckInStatus.SENDING, claimed_at=now)
    return rows.select_related("session__engagement__executive", "session__engagement__coach").get()


def note_check_in_not_sent(*, check_in, now):
    """The mail server was out of reach; the sweep tries again later."""
    sending = CheckIn.objects.filter(pk=check_in.pk, status=CheckInStatus.SENDING)
    sending.update(status=CheckInStatus.DUE, send_after=now + RETRY_AFTER)


def note_check_in_sent(*, check_in, now):
    """The mail has gone out; the link is open from now on."""
    sending = CheckIn.objects.filter(pk=check_in.pk, status=CheckInStatus.SENDING)
    sending.update(status=CheckInStatus.SENT, sent_at=now, closes_at=now + timedelta(days=OPEN_DAYS))


@transaction.atomic
def answer_check_in(*, check_in, ratings, is_shared, now):
    """The executive's ratings, changeable until the link closes. Raises CheckInClosed."""
    rows = CheckIn.objects.select_for_update(of=("self",)).select_related("session__engagement")
    check_in = rows.open_at(now).filter(pk=check_in.pk).first()
    if check_in is None:
        raise CheckInClosed
    store_reading(
        session=check_in.session, voice=Voice.EXECUTIVE, ratings=ratings, by=None, now=now, is_shared=is_shared
    )
    check_in.status, check_in.answered_at = CheckInStatus.ANSWERED, now
    check_in.save(update_fields=["status", "answered_at"])
    engagement = check_in.session.engagement
    touch(engagement.pk, now)
    record(by=None, verb="check_in.answered", subject=check_in, engagement=engagement, now=now)
    return check_in


def store_reading(*, session, voice, ratings, by, now, seen=(), is_shared=True):
    """Writes one voice's ratings of one session; what stood there before becomes a revision. Raises ContentErased."""
    refuse_erased(session.engagement_id)
    reading = Reading.objects.select_for_update().filter(session=session, voice=voice).first()
    if reading is None:
        reading = Reading(session=session, voice=voice)
    elif (reading.ratings, reading.seen, reading.is_shared) == (_complete(reading, ratings), list(seen), is_shared):
        return reading
    elif reading.ratings != _complete(reading, ratings) or reading.seen != list(seen):
        _keep_revision(reading, by, now)
    if reading.ratings != _complete(reading, ratings):  # imported means without items survive an edit beside them
        reading.set_ratings(ratings)
    reading.seen, reading.is_shared = list(seen), is_shared
    reading.instrument_version, reading.recorded_at = VERSION, now
    reading.save()
    return reading


def store_strand_means(*, session, voice, cognitive, relational, by, now):
    """Writes means brought over from elsewhere, without items; None leaves a mean as it is. Raises ContentErased."""
    refuse_erased(session.engagement_id)
    reading = Reading.objects.select_for_update().filter(session=session, voice=voice).first()
    if reading is None:
        reading = Reading(session=session, voice=voice)
    else:
        _keep_revision(reading, by, now)
        for key in reading.ratings:
            setattr(reading, key, None)
    reading.cognitive = reading.cognitive if cognitive is None else cognitive
    reading.relational = reading.relational if relational is None else relational
    reading.instrument_version, reading.recorded_at = VERSION, now
    reading.save()
    return reading


def _complete(reading, ratings):
    return {key: ratings.get(key) for key in reading.ratings}


def _keep_revision(reading, by, now):
    ReadingRevision.objects.create(
        reading=reading,
        ratings={**reading.ratings, "cognitive": reading.cognitive, "relational": reading.relational},
        seen=reading.seen,
        instrument_version=reading.instrument_version,
        recorded_at=reading.recorded_at,
        replaced_at=now,
        replaced_by=by,
    )
