"""Sealing: what is sealed opens with its key in its place, and in no other way."""

import base64
import hashlib
from dataclasses import FrozenInstanceError, replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
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


# --- where the lines lie ------------------------------------------------------------------------


def test_parts_of_a_place_are_kept_apart():
    assert PLACE.as_bytes() == b"e\x1fSESSION_NOTE\x1fs\x1f1"


def test_what_is_sealed_has_its_format_a_nonce_and_a_tag_around_it_and_no_more():
    sealed = vault.seal_text(KEY, "é", PLACE)
    assert sealed[:1] == b"\x01"
    assert len(sealed) == 2 + vault.ADDED_BYTES == 2 + 29
    nonces = {vault.seal_text(KEY, "é", PLACE)[1:13] for _ in range(50)}
    assert len(nonces) == 50


def test_sealed_values_of_before_go_on_opening():
    """Put together with the cipher alone, as the words of the module say."""
    sealed = b"\x01" + b"n" * 12 + AESGCM(KEY).encrypt(b"n" * 12, b"kept", b"\x01" + PLACE.as_bytes())
    assert vault.open_text(KEY, memoryview(sealed), PLACE) == "kept"
    wrapped = b"\x01" + b"n" * 12 + AESGCM(KEY).encrypt(b"n" * 12, b"k" * 32, b"\x01data-key\x1fe")
    assert ring(KEY).unwrap(wrapped, "e") == b"k" * 32


def test_a_file_opens_in_its_place_with_its_key_and_in_no_other_way():
    sealed = vault.seal_bytes(KEY, b"\x00\xff", PLACE)
    assert vault.open_bytes(KEY, sealed, PLACE) == b"\x00\xff"
    for key, place in ((vault.new_key(), PLACE), (KEY, replace(PLACE, kind="OTHER"))):
        with pytest.raises(WrongKey, match="does not fit"):
            vault.open_bytes(key, sealed, place)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + b"n" * 12, b"\x01" + b"n" * 27])
def test_what_is_cut_off_does_not_open(sealed):
    with pytest.raises(WrongKey):
        vault.open_text(KEY, sealed, PLACE)


@pytest.mark.parametrize("first", [0, 2, 255])
def test_another_format_is_told_apart(first):
    sealed = vault.seal_text(KEY, "kept", PLACE)
    with pytest.raises(WrongKey, match="known format"):
        vault.open_text(KEY, bytes([first]) + sealed[1:], PLACE)


def test_the_longest_text_is_sealed_within_what_its_column_holds():
    assert (vault.LONGEST_TEXT, vault.LONGEST_WRAPPED) == (200_000, 61)
    longest = "\U0001f600" * vault.LONGEST_TEXT
    sealed = vault.seal_text(KEY, longest, PLACE)
    assert len(sealed) == vault.LONGEST_SEALED
    assert vault.open_text(KEY, sealed, PLACE) == longest
    with pytest.raises(VaultError, match="longer than 200000"):
        vault.seal_text(KEY, longest + "x", PLACE)
    assert len(ring(KEY).wrap(vault.new_key(), "e")) == vault.LONGEST_WRAPPED


def test_half_a_character_is_named_and_its_text_is_not_kept_beside_the_error():
    with pytest.raises(VaultError, match="half a character") as error:
        vault.seal_text(KEY, "\ud800", PLACE)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


def test_the_newest_key_opens_what_it_wrapped_alone():
    old, new = vault.new_key(), vault.new_key()
    both = ring(new, old)
    assert both.newest_opens(both.wrap(KEY, "e"), "e") is True
    assert both.newest_opens(ring(old).wrap(KEY, "e"), "e") is False
    assert both.newest_opens(both.wrap(KEY, "e"), "f") is False
    assert both.newest_opens(b"", "e") is False


def test_keys_have_short_names_that_tell_nothing():
    assert vault.key_id(b"k" * 32) == hashlib.sha256(b"key-id\x1f" + b"k" * 32).hexdigest()[:16]
    old, new = vault.new_key(), vault.new_key()
    assert ring(new, old).current_id == vault.key_id(new)
    assert ring(new, old).ids == (vault.key_id(new), vault.key_id(old))
    assert len(vault.new_key()) == 32
    assert vault.new_key() != vault.new_key()


def test_a_ring_may_be_written_with_spaces_and_a_comma_too_many():
    old, new = vault.new_key(), vault.new_key()
    first, second = (base64.urlsafe_b64encode(key).decode() for key in (new, old))
    assert KeyRing.parse(f" {first} ,, {second}\n, ").keys == (new, old)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("é", "not base64"),
        ("abc", "not base64"),
        ("", "32 bytes"),
        (" , ", "32 bytes"),
        (base64.urlsafe_b64encode(b"x" * 33).decode(), "32 bytes"),
        (",".join(base64.urlsafe_b64encode(b"x" * size).decode() for size in (32, 31)), "32 bytes"),
    ],
)
def test_what_is_wrong_with_keys_is_said_in_words(text, says):
    with pytest.raises(VaultError, match=says):
        KeyRing.parse(text)


def test_a_data_key_that_no_key_opens_is_named_so():
    with pytest.raises(WrongKey, match="No key at hand"):
        ring(vault.new_key(), vault.new_key()).unwrap(ring(KEY).wrap(vault.new_key(), "e"), "e")


def test_places_and_rings_do_not_change():
    for row, field in ((PLACE, "kind"), (ring(KEY), "keys")):
        with pytest.raises(FrozenInstanceError):
            setattr(row, field, "other")
