"""Mails of this package: they carry a link and names, never content."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from trust.actions.check_ins import token_of
from trust.models.check_in import OPEN_DAYS


def send_check_in_mail(check_in):
    """Asks the executive for a check-in; raises OSError when the mail server cannot be reached."""
    engagement = check_in.session.engagement
    link = settings.SITE_URL + reverse("check_in_open", args=[token_of(check_in)])
    words = {"executive": engagement.executive, "coach": engagement.coach, "link": link, "days": OPEN_DAYS}
    body = render_to_string("emails/check_in.txt", words)
    send_mail("A short check-in after your session", body, None, [engagement.executive.email])
