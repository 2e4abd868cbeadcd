"""Sealing: what is sealed opens with its key in its place, and in no other way."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagements import vault
from engagements.vault import KeyRing, Place, VaultError, WrongKey

PLACE = Place(engagement="e", kind="SESSION_NOTE", subject="s", revision=1)
KEY = vault.new_key()


def ring(*keys):
    return KeyRing.parse(",".join(base64.urlsafe_b64encode(key).decode() for key in keys))


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",))))
def test_what_is_sealed_opens_to_the_same_text(text):
    assert vault.open_text(KEY, vault.seal_text(KEY, text, PLACE), PLACE) == text


def test_the_same_text_is_never_sealed_to_the_same_bytes():
    assert vault.seal_text(KEY, "same", PLACE) != vault.seal_text(KEY, "same", PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place(engagement="f", kind="SESSION_NOTE", subject="s", revision=1),
        Place(engagement="e", kind="OBJECTIVE", subject="s", revision=1),
        Place(engagement="e", kind="SESSION_NOTE", subject="t", revision=1),
        Place(engagement="e", kind="SESSION_NOTE", subject="s", revision=2),
    ],
)
def test_a_sealed_text_moved_to_another_place_does_not_open(elsewhere):
    with pytest.raises(WrongKey):
        vault.open_text(KEY, vault.seal_text(KEY, "kept", PLACE), elsewhere)


def test_another_key_does_not_open_it():
    with pytest.raises(WrongKey):
        vault.open_text(vault.new_key(), vault.seal_text(KEY, "kept", PLACE), PLACE)


@pytest.mark.parametrize("position", range(0, 40, 3))
def test_one_changed_byte_is_noticed(position):
    sealed = bytearray(vault.seal_text(KEY, "a text of some length", PLACE))
    sealed[position] ^= 1
    with pytest.raises(WrongKey):
        vault.open_text(KEY, bytes(sealed), PLACE)


def test_a_text_that_is_too_long_or_half_a_character_is_refused_without_quoting_it():
    for text in ("x" * (vault.LONGEST_TEXT + 1), "secret \ud800"):
        with pytest.raises(VaultError) as error:
            vault.seal_text(KEY, text, PLACE)
        assert "secret" not in str(error.value)


def test_a_new_key_in_front_wraps_and_the_old_one_still_unwraps():
    old, new = vault.new_key(), vault.new_key()
    wrapped = ring(old).wrap(KEY, "e")
    assert ring(new, old).unwrap(wrapped, "e") == KEY
    assert ring(new).unwrap(ring(new, old).wrap(KEY, "e"), "e") == KEY


def test_a_data_key_does_not_unwrap_for_another_engagement_or_without_its_key():
    wrapped = ring(KEY).wrap(vault.new_key(), "e")
    for keys, engagement in ((ring(KEY), "f"), (ring(vault.new_key()), "e")):
        with pytest.raises(WrongKey):
            keys.unwrap(wrapped, engagement)


@pytest.mark.parametrize("text", ["", "short", "!!!not base64", base64.urlsafe_b64encode(b"x" * 31).decode()])
def test_a_key_that_is_no_key_is_refused(text):
    with pytest.raises(VaultError):
        KeyRing.parse(text)
