"""What an authenticator app does, and a client that sets one up as a person would."""

import base64
import hashlib
import hmac
import re
import struct
import time

from django.urls import reverse

from coaching.tests.cast import PASSWORD

WRONG = "000000"


def code_of(key, steps=0):
    """The code an app shows for a key (RFC 6238), now or some half minutes later."""
    moment = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(base64.b32decode(key), moment, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def sign_in(client, user, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": user.email, "password": password})


def set_up_app(client):
    """Sets up an app for whoever is signed in, and returns its key."""
    page = client.get(reverse("mfa_activate_totp"))
    key = page.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(key)})
    assert answer.url == reverse("mfa_view_recovery_codes"), answer.content
    return key


def recovery_codes(client):
    return re.findall(r"^\d{8}$", client.get(reverse("mfa_download_recovery_codes")).content.decode(), re.MULTILINE)


def take_step(client, code):
    return client.post(reverse("mfa_authenticate"), {"code": code})
