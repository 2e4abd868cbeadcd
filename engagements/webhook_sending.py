"""Sends one message to an address that a person gave: signed, briefly, and never into our own network.

No database and no settings. A name is resolved once and the connection goes to the address that was looked at, so
that no second answer of a name server leads elsewhere. Redirects are not followed and no answer is read: its status
is all that matters.
"""

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import threading
from contextlib import suppress
from urllib.parse import urlsplit

PATIENCE = 5  # seconds, for each step
LONGEST = 15  # seconds, for all of it
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotReached(Exception):
    """Nothing arrived, or nobody answered; the message says why in a few words."""


def post(url, body, headers, *, may_stay_inside=False):
    """The HTTP status of the answer. Raises NotReached.

    `may_stay_inside` lets it go to private addresses and without TLS: for tests and for a laptop.
    """
    parts, port = _taken_apart(url)
    if parts.scheme != "https" and not (may_stay_inside and parts.scheme == "http"):
        raise NotReached("The address does not begin with https://")
    is_safe = parts.scheme == "https"
    port = port or (443 if is_safe else 80)
    address = _address_of(parts.hostname, port, may_stay_inside)
    way = (_SafeWay if is_safe else _PlainWay)(parts.hostname, port, address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        return _status_of(way, path, body, headers)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotReached(type(error).__name__) from error
    finally:
        way.close()


def _taken_apart(url):
    try:
        parts = urlsplit(url)
        return parts, parts.port
    except ValueError as error:
        raise NotReached("This is no address.") from error


def _status_of(way, path, body, headers):
    way.connect()
    line = way.sock
    ending = threading.Timer(LONGEST, _cut, [line])  # whoever answers a letter at a time is not waited for
    ending.daemon = True
    ending.start()
    try:
        way.request("POST", path, body, headers)
        return way.getresponse().status
    finally:
        ending.cancel()


def _cut(line):
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _address_of(host, port, may_stay_inside):
    """An address of this host; every one that its name leads to has to be outside."""
    try:
        found = [answer[4][0] for answer in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise NotReached("There is no such name.") from error
    if not may_stay_inside and not all(is_outside(one) for one in found):
        raise NotReached("This address is not on the public network.")
    return found[0]


def is_outside(address):
    """Whether an IP address is on the public network: not private, local, reserved, or such a one in disguise."""
    one = ipaddress.ip_address(address.partition("%")[0])
    if one.version == 6:
        if one.ipv4_mapped is not None:
            one = one.ipv4_mapped
        elif one in NAT64 or one.sixtofour is not None or one.teredo is not None:
            return False
    return one.is_global and not one.is_multicast and not one.is_reserved


class _PlainWay(http.client.HTTPConnection):
    """Goes to the address that was looked at, whatever the name says by now."""

    def __init__(self, host, port, address):
        super().__init__(host, port, timeout=PATIENCE)
        self.address = address

    def connect(self):
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class _SafeWay(_PlainWay):
    """With TLS, for the name that was given."""

    default_port = 443

    def connect(self):
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def signature_of(secret, body, *, at):
    """What stands in Point-Of-Trust-Signature: the second it was signed in, and HMAC-SHA-256 over "second.body"."""
    said = f"{at}.".encode() + body
    return f"t={at},v1={hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()}"
