"""The instrument: two strands, two voices, versions that stay."""

import pytest

from trust import instrument
from trust.instrument import ITEMS, Strand, Voice, items_of, strand_mean, wording_in


def test_the_coach_rates_six_items_and_the_executive_five():
    assert [len(ITEMS[voice]) for voice in (Voice.COACH, Voice.EXECUTIVE)] == [6, 5]


def test_every_item_names_this_session():
    for items in ITEMS.values():
        assert all("today" in item.wording.lower() for item in items)


def test_both_voices_speak_to_both_strands():
    for items in ITEMS.values():
        assert {item.strand for item in items} == set(Strand)


def test_a_strand_is_the_mean_of_what_was_observed():
    ratings = {"candour": 4, "care": 6, "repair": None, "value": 1}
    assert strand_mean(Voice.COACH, Strand.RELATIONAL, ratings) == 5
    assert strand_mean(Voice.COACH, Strand.COGNITIVE, {"value": None}) is None


def test_the_current_version_is_among_those_kept_and_an_unknown_one_is_refused():
    assert items_of(Voice.COACH) == items_of(Voice.COACH, instrument.VERSION)
    with pytest.raises(KeyError):
        items_of(Voice.COACH, 99)


def test_a_language_without_translation_shows_english():
    item = ITEMS[Voice.EXECUTIVE][0]
    assert wording_in("de", item) == item.wording
