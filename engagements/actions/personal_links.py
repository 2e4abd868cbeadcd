"""Personal links of executives: making them, opening them, and the code that is the second step."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string

from engagements import tokens
from engagements.actions.audit import record
from engagements.actions.letters import owe_letter
from engagements.models import Engagement, LinkCode, PersonalLink, Purpose
from engagements.models.personal_link import CODE_MINUTES, CODE_TRIES, CODES_PER_HOUR, STAY_MINUTES, VALID_DAYS

# Which letter brings which link.
LETTERS = {
    Purpose.MINE: "mine",
    Purpose.AGREEMENT: "agreement",
    Purpose.EXPERIMENTS: "experiments",
    Purpose.CHEMISTRY: "chemistry",
    Purpose.FOLLOW_UP: "follow_up",
    Purpose.REPORT: "report",
}

ONE_LINK_PER = timedelta(hours=1)
ONE_BUTTON_PER = timedelta(minutes=10)
MOST_LINKS_AT_ONCE = 10


class LinkNotValid(Exception):
    """The link is unknown, expired or revoked; which of these is not said."""


class TooManyCodes(Exception):
    """Codes were asked for too often; the next one has to wait."""


def token_of(link) -> str:
    """The link's 256-bit token; a repeated letter carries the same one."""
    bound_to = (str(link.pk), str(link.engagement_id), str(link.subject_id or ""))
    return tokens.derive_token(settings.SECRET_KEY, purpose=link.purpose, bound_to=bound_to, nonce=link.nonce)


@transaction.atomic
def make_link(*, engagement, purpose, by, now, subject_id=None, send_after=None, letter=None):
    """A fresh link, and the letter that brings it to the executive: `letter`, or the usual one of this purpose.

    Older links of the purpose go on until they expire, but for an agreement: only the newest version can be
    accepted, so its older links end.
    """
    if purpose == Purpose.AGREEMENT:
        revoke_links(engagement=engagement, purpose=purpose, now=now)
    link = PersonalLink(
        engagement=engagement,
        purpose=purpose,
        subject_id=subject_id,
        nonce=tokens.new_nonce(),
        created_at=now,
        expires_at=now + timedelta(days=VALID_DAYS[purpose]),
    )
    link.token_hash = tokens.hash_of(token_of(link))
    link.save()
    owe_letter(
        kind=letter or LETTERS[purpose],
        key=f"link:{link.pk}",
        engagement=engagement,
        link=link,
        now=now,
        send_after=send_after,
    )
    record(by=by, verb="link.made", subject=link, engagement=engagement, now=now, detail={"purpose": str(purpose)})
    return link


def send_links_to(*, email, now):
    """A link to what is kept about them, for each engagement of an executive with this address, once an hour each.

    Says nothing about whether there was anybody.
    """
    engagements = Engagement.objects.filter(executive__email__iexact=email.strip()).order_by("-created_at", "pk")
    for engagement in engagements[:MOST_LINKS_AT_ONCE]:
        recent = PersonalLink.objects.filter(engagement=engagement, purpose=Purpose.MINE).open_at(now)
        if not recent.filter(created_at__gt=now - ONE_LINK_PER).exists():
            make_link(engagement=engagement, purpose=Purpose.MINE, by=None, now=now)


def send_mine_link(*, engagement, by, now):
    """Coach or manager has the executive sent their link; pressed twice it is one letter. Whether one was owed."""
    return _send_link(engagement, Purpose.MINE, by, now)


def send_experiments_link(*, engagement, by, now):
    """The coach has the executive sent the link to their experiments; pressed twice it is one letter."""
    return _send_link(engagement, Purpose.EXPERIMENTS, by, now)


@transaction.atomic
def _send_link(engagement, purpose, by, now):
    Engagement.objects.select_for_update(of=("self",), no_key=True).get(pk=engagement.pk)
    recent = PersonalLink.objects.filter(engagement=engagement, purpose=purpose).open_at(now)
    if recent.filter(created_at__gt=now - ONE_BUTTON_PER).exists():
        return False
    make_link(engagement=engagement, purpose=purpose, by=by, now=now)
    return True


def revoke_links(*, engagement, purpose, now):
    """Ends links of one purpose that still open something."""
    PersonalLink.objects.filter(engagement=engagement, purpose=purpose).open_at(now).update(revoked_at=now)


def find_link(*, token, now):
    """The link a token opens; raises LinkNotValid. The token must be derived from the very row that was found.

    What is done once cannot be opened anew once it is done; whoever did it reads on by the cookie they have.
    """
    links = PersonalLink.objects.with_token(token).open_at(now).filter(used_at__isnull=True)
    link = links.with_people().first()
    if link is None or not tokens.same(token_of(link), token):
        raise LinkNotValid
    return link


def link_by_key(*, pk, purpose, now):
    """The link a cookie names, if it is still open for this purpose; raises LinkNotValid."""
    link = PersonalLink.objects.filter(pk=pk, purpose=purpose).open_at(now).with_people().first()
    if link is None:
        raise LinkNotValid
    return link


# --- the second step ----------------------------------------------------------------------------


@transaction.atomic
def send_code(*, link, now):
    """Mails six digits to the executive, now; older codes end.

    Raises TooManyCodes, and OSError when the mail server is out of reach.
    """
    PersonalLink.objects.select_for_update().get(pk=link.pk)  # one at a time, so that the limit holds
    if link.codes.filter(sent_at__gt=now - timedelta(hours=1)).count() >= CODES_PER_HOUR:
        raise TooManyCodes
    link.codes.filter(ended_at__isnull=True).update(ended_at=now)
    code = tokens.new_code()
    LinkCode.objects.create(link=link, code_hash=_hashed(link, code), sent_at=now)
    record(by=None, verb="link.code_sent", subject=link, engagement=link.engagement, now=now)
    words = {"executive": link.engagement.executive, "code": code, "minutes": CODE_MINUTES}
    body = render_to_string("emails/code.txt", words)
    send_mail("Your code", body, None, [link.engagement.executive.email])


@transaction.atomic
def pass_code(*, link, typed, now):
    """Whether these are the digits mailed last; a try counts whatever comes of it. Returns the code, or None."""
    code = _newest_code(link, now)
    if code is None:
        return None
    counted = LinkCode.objects.filter(pk=code.pk, tries__lt=CODE_TRIES, passed_at__isnull=True)
    if not counted.update(tries=F("tries") + 1) or not tokens.same(code.code_hash, _hashed(link, typed)):
        return None
    code.passed_at = now
    code.save(update_fields=["passed_at"])
    record(by=None, verb="link.code_passed", subject=link, engagement=link.engagement, now=now)
    return code


def passed_code(*, link, pk, now):
    """The code that opened the pages behind this link and still keeps them open, or None."""
    since = now - timedelta(minutes=STAY_MINUTES)
    return LinkCode.objects.filter(pk=pk, link=link, passed_at__gt=since, ended_at__isnull=True).first()


def is_code_waiting(*, link, now):
    """Whether a code was mailed that can still be typed in."""
    since = now - timedelta(minutes=CODE_MINUTES)
    waiting = link.codes.filter(sent_at__gt=since, ended_at__isnull=True, passed_at__isnull=True)
    return waiting.filter(tries__lt=CODE_TRIES).exists()


def end_stay(*, link, now):
    """Closes the pages behind the link; a new code opens them again."""
    LinkCode.objects.filter(link=link, ended_at__isnull=True).update(ended_at=now)


def _newest_code(link, now):
    since = now - timedelta(minutes=CODE_MINUTES)
    rows = LinkCode.objects.select_for_update().filter(link=link, sent_at__gt=since, ended_at__isnull=True)
    return rows.order_by("-sent_at", "pk").first()


def _hashed(link, code):
    return tokens.hash_of_code(settings.SECRET_KEY, link=str(link.pk), code=code)
