"""How the tests come to an executive's page: by the link and the code that the mails bring."""

import re

from django.core import mail
from django.test import Client
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.personal_links import make_link, token_of
from engagements.models import Purpose


def new_link(engagement, *, now=None):
    return make_link(engagement=engagement, purpose=Purpose.MINE, by=None, now=now or at())


def come_by(client, link):
    """Opens the link from the mail; the browser then holds its cookie. Returns the address of the page."""
    answer = client.get(reverse("personal_link", args=[token_of(link)]))
    assert answer["Location"] == reverse("mine", args=[link.pk])
    return answer["Location"]


def mailed_code():
    return re.search(r"^\s+(\d{6})\s*$", mail.outbox[-1].body, re.MULTILINE)[1]


def ask_code(client, link):
    client.post(reverse("mine_code", args=[link.pk]))
    return mailed_code()


def type_code(client, link, code):
    return client.post(reverse("mine_code", args=[link.pk]), {"code": code})


def inside(engagement, client=None):
    """A browser that has passed link and code, and the link."""
    client, link = client or Client(), new_link(engagement)
    come_by(client, link)
    assert type_code(client, link, ask_code(client, link)).status_code == 302
    return client, link


def page(client, link, name="mine", *args):
    return client.get(reverse(name, args=[link.pk, *args]))


def text_of(client, link, name="mine", *args):
    return page(client, link, name, *args).content.decode()


def send(client, link, name, *args, **said):
    return client.post(reverse(name, args=[link.pk, *args]), said, follow=True)
