"""The mails an embedded demo has sent, for looking at. Only in a demo, and only signed in."""

import re
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from engagements.access import EVERYBODY, open_to

MOST_MAILS = 100
NAME = re.compile(r"[0-9]{20}-[0-9a-f]{8}")


@require_safe
@open_to(EVERYBODY)
def demo_mail_list(request):
    """The newest mails first."""
    names = sorted((path.stem for path in _folder().glob("*.eml") if NAME.fullmatch(path.stem)), reverse=True)
    mails = [mail for mail in map(_read, names[:MOST_MAILS]) if mail is not None]
    return render(request, "coaching/demo_mail_list.html", {"title": "Mails sent", "mails": mails})


@require_safe
@open_to(EVERYBODY)
def demo_mail(request, name):
    """One mail, with its links."""
    folder = _folder()
    mail = _read(name) if folder.exists() and NAME.fullmatch(name) else None
    if mail is None:
        raise Http404
    return render(request, "coaching/demo_mail.html", {"mail": mail})


def _folder():
    """Where mails are kept as files; nowhere but in a demo that sends none out."""
    if not settings.DEMO or settings.EMAIL_CONFIG:
        raise Http404
    return Path(settings.EMAIL_FILE_PATH)


def _read(name):
    """A mail ready for the page, or None when there is none of that name."""
    try:
        message = message_from_bytes((_folder() / f"{name}.eml").read_bytes(), policy=policy.default)
    except OSError:
        return None
    body = message.get_body(preferencelist=("plain",))
    return {
        "name": name,
        "to": message["To"],
        "subject": message["Subject"] or "(no subject)",
        "at": message["Date"].datetime if message["Date"] else None,
        "body": body.get_content() if body else "",
    }
