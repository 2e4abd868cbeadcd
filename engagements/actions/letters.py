"""Letters: owed once, sent by a job, whichever worker comes first."""

import uuid
import zoneinfo
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from engagements.actions.still_so import is_still_so, paths_to_log, reminded_day
from engagements.models import Engagement, Letter, LetterStatus, PersonalLink, RematchRequest
from engagements.nudges import nudge

RETRY_AFTER = timedelta(minutes=5)


def owe_letter(
    *, kind, key, now, to_user=None, engagement=None, link=None, session=None, path="", counts=None, send_after=None
):
    """Puts a letter on the list, once per `key`, and tells the workers. Without `to_user` it goes to the executive.

    Called inside the transaction of the action that owes it. `path` is the page it leads to, without a token.
    """
    letter, made = Letter.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "to_user": to_user,
            "engagement": engagement,
            "link": link,
            "session": session,
            "path": path,
            "counts": counts or {},
            "created_at": now,
            "send_after": send_after or now,
        },
    )
    if made and letter.send_after <= now:
        nudge("engagements.send_letter", str(letter.pk))
    return letter


def tell_old_address(*, address, now):
    """Owes a mail to an address that an executive no longer has. Adds a row, reads none: the admin may do no more."""
    letter = Letter.objects.create(
        kind="address_changed", key=f"address:{uuid.uuid4()}", to_address=address, created_at=now, send_after=now
    )
    nudge("engagements.send_letter", str(letter.pk))


@transaction.atomic
def claim_letter(*, letter_id, now):
    """Takes a due letter for sending; None when another worker has it or it is not due."""
    if Letter.objects.select_for_update().filter(pk=letter_id).first() is None:
        return None
    if not Letter.objects.filter(pk=letter_id).due(now).order_by().update(status=LetterStatus.SENDING, claimed_at=now):
        return None
    people = (
        "to_user",
        "engagement__executive",
        "engagement__coach",
        "engagement__program",
        "link__engagement",
        "session",
    )
    return _led_on(Letter.objects.select_related(*people).get(pk=letter_id), now)


def _led_on(letter, now):
    """A reminder of a session that was logged meanwhile leads to another one that waits."""
    if letter.kind == "log_reminder" and (paths := paths_to_log(letter.to_user, now)) and letter.path not in paths:
        letter.path = paths[0]
        letter.save(update_fields=["path"])
    return letter


def note_letter_sent(*, letter, now):
    """It has gone out. An address that nobody has any more is not kept."""
    if letter.to_address:
        Letter.objects.filter(pk=letter.pk).delete()
        return
    Letter.objects.filter(pk=letter.pk, status=LetterStatus.SENDING).update(status=LetterStatus.SENT, sent_at=now)


def note_letter_not_sent(*, letter, now):
    """The mail server was out of reach; the sweep tries again later."""
    rows = Letter.objects.filter(pk=letter.pk, status=LetterStatus.SENDING)
    rows.update(status=LetterStatus.DUE, send_after=now + RETRY_AFTER)


def drop_letter(*, letter):
    """One that is no longer wanted."""
    Letter.objects.filter(pk=letter.pk).update(status=LetterStatus.DROPPED)


def drop_letters(*, kind, engagement):
    """Letters of a kind that are no longer wanted and have not gone out."""
    rows = Letter.objects.filter(kind=kind, engagement=engagement, status=LetterStatus.DUE)
    rows.update(status=LetterStatus.DROPPED)


def is_wanted(letter, now):
    """Whether its person may still get it, a link in it still opens something, and what it is about is still so."""
    if letter.to_user is not None and not _may_know(letter.to_user, letter):
        return False
    if letter.link is not None and not PersonalLink.objects.open_at(now).filter(pk=letter.link_id).exists():
        return False
    return is_still_so(letter, now)


def _may_know(user, letter):
    """Rights may have ended since the letter was owed: no mail names an executive whom they may not know any more."""
    engagement_id = letter.engagement_id or (letter.session.engagement_id if letter.session else None)
    if engagement_id is None:
        return user.is_active
    if letter.kind == "rematch":
        return RematchRequest.objects.managed_by(user).open().filter(engagement_id=engagement_id).exists()
    return Engagement.objects.visible_to(user).filter(pk=engagement_id).exists()


def send_letter(letter):
    """Mails it; raises OSError when the mail server cannot be reached.

    The template's first line is the subject. It may name people and a page, never what was said, rated or judged.
    """
    words = _words(letter)
    with timezone.override(zoneinfo.ZoneInfo(words["person"].time_zone if words["person"] else "UTC")):
        text = render_to_string(f"emails/{letter.kind}.txt", words)
    subject, _, body = text.strip().partition("\n")
    send_mail(subject.strip(), body.lstrip("\n"), None, [_address(letter)])


def _address(letter):
    if letter.to_address:
        return letter.to_address
    return letter.engagement.executive.email if letter.is_for_executive else letter.to_user.email


def _words(letter):
    engagement = letter.engagement
    return {
        "person": engagement.executive if engagement and letter.is_for_executive else letter.to_user,
        "executive": engagement.executive if engagement else None,
        "coach": engagement.coach if engagement else None,
        "program": engagement.program if engagement else None,
        "session": letter.session,
        "day": reminded_day(letter),
        "counts": letter.counts,
        "link": settings.SITE_URL + (_address_of_link(letter.link) if letter.link else letter.path),
        "ask_url": settings.SITE_URL + reverse("mine_ask"),
        "site_name": settings.SITE_NAME,
    }


def _address_of_link(link):
    from engagements.actions.personal_links import token_of  # links owe letters, letters carry links

    return reverse("personal_link", args=[token_of(link)])
