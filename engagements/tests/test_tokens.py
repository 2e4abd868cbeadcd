"""Tokens of links and codes: what they are bound to, and what is kept of them."""

import re
import secrets

import pytest

from engagements import tokens
from engagements.tokens import derive_token, hash_of, hash_of_code, new_code, new_nonce, same

pytestmark = pytest.mark.once

LINK = {"purpose": "CHECK_IN", "bound_to": ("link", "engagement"), "nonce": "n"}


def test_a_nonce_has_256_random_bits():
    assert re.fullmatch(r"[0-9a-f]{64}", new_nonce())
    assert len({new_nonce() for _ in range(50)}) == 50


def test_a_token_has_256_bits_and_is_the_same_each_time():
    assert re.fullmatch(r"[0-9a-f]{64}", derive_token("secret", **LINK))
    assert derive_token("secret", **LINK) == derive_token("secret", **LINK)


@pytest.mark.parametrize(
    "other",
    [
        {"purpose": "AGREEMENT"},
        {"nonce": "m"},
        {"bound_to": ("link", "other")},
        {"bound_to": ("other", "engagement")},
        {"bound_to": ("engagement", "link")},
        {"bound_to": ("linkengagement",)},
        {"bound_to": ("lin", "kengagement")},
        {"bound_to": ("link", "engagementn"), "nonce": ""},
        {"bound_to": ("link",), "nonce": "engagementn"},
        {"bound_to": (), "nonce": "linkengagementn"},
        {"purpose": "CHECK_INlink", "bound_to": ("engagement",)},
    ],
)
def test_a_token_is_bound_to_its_purpose_rows_and_nonce_with_their_boundaries(other):
    assert derive_token("secret", **{**LINK, **other}) != derive_token("secret", **LINK)


def test_a_token_needs_the_secret():
    assert derive_token("other", **LINK) != derive_token("secret", **LINK)


def test_tokens_and_codes_that_are_out_in_the_world_go_on_opening():
    """Computed by hand from the words of the module: a change here would end every link that was mailed."""
    assert derive_token("secret", **LINK) == by_hand("link", "CHECK_IN", "link", "engagement", "n")
    assert hash_of_code("secret", link="l", code="012345") == by_hand("code", "l", "012345")


def by_hand(*parts):
    import hashlib
    import hmac

    text = b"".join(bytes([0, 0, 0, len(part)]) + part.encode() for part in parts)
    return hmac.new(b"secret", text, hashlib.sha256).hexdigest()


def test_a_hash_recognises_a_token_and_does_not_give_it_away():
    assert hash_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, B.1
    assert hash_of("half \ud800") == hash_of("half ?")  # whatever somebody types as a token


def test_same_compares_texts_of_any_kind():
    assert same("abc", "abc") is True
    assert same("é", "é") is True
    for one, other in (("abc", "abd"), ("abc", "ab"), ("", "a"), ("é", "e"), ("\ud800", "a"), ("a", "\ud800")):
        assert same(one, other) is False


def test_a_code_has_six_digits_also_where_they_begin_with_zeros(monkeypatch):
    assert all(re.fullmatch(r"[0-9]{6}", new_code()) for _ in range(200))
    asked = []
    monkeypatch.setattr(secrets, "randbelow", lambda most: asked.append(most) or 42)
    assert new_code() == "000042"
    assert asked == [1_000_000]
    assert tokens.CODE_DIGITS == 6


@pytest.mark.parametrize("typed", ["012 345", "012-345", " 012345 ", "012\u00a0345", "0-1-2 3 4 5"])
def test_a_code_may_be_typed_with_spaces_and_hyphens(typed):
    assert hash_of_code("secret", link="l", code=typed) == hash_of_code("secret", link="l", code="012345")


def test_a_code_is_bound_to_its_link_and_the_secret_and_is_no_token():
    kept = hash_of_code("secret", link="l", code="012345")
    assert kept != hash_of_code("secret", link="m", code="012345")
    assert kept != hash_of_code("other", link="l", code="012345")
    assert kept != hash_of_code("secret", link="l", code="012346")
    assert kept != hash_of_code("secret", link="l", code="12345")
    assert kept != hash_of_code("secret", link="l0", code="12345")
    assert kept != derive_token("secret", purpose="l", bound_to=(), nonce="012345")
    assert hash_of_code("secret", link="l", code="\ud800") == hash_of_code("secret", link="l", code="?")


def test_parts_of_any_length_are_told_apart():
    long = "x" * 70_000
    assert derive_token("s", purpose=long, bound_to=(), nonce="") != derive_token(
        "s", purpose="", bound_to=(), nonce=long
    )
