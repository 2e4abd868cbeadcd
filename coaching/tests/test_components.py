"""Components: words escaped, status never by colour alone, every stored status drawn."""

import pytest
from django.template import engines

from coaching.templatetags.look import STATUS_LOOKS, drawing
from engagements.models import SessionStatus, Status


def render(text, **context):
    return engines["django"].from_string("{% load look %}" + text).render(context)


@pytest.mark.parametrize("status", [*Status.values, *SessionStatus.values])
def test_every_stored_status_has_a_look(status):
    assert status in STATUS_LOOKS


def test_every_icon_in_use_is_drawn():
    dot = drawing("dot")
    assert [name for _, name in STATUS_LOOKS.values() if drawing(name) == dot] == []


def test_a_pill_is_an_icon_and_a_word():
    pill = render('{% pill "Regressing" "REGRESSING" %}')
    assert "pill-attention" in pill
    assert "<svg" in pill
    assert pill.endswith("Regressing</span>")


def test_the_words_of_a_pill_are_escaped_even_after_safe_ones():
    assert "<b>" not in render("{% pill label %}", label="<b>x</b>")


def test_a_tone_given_wins_over_the_one_of_the_status():
    assert "pill-watch" in render('{% pill "Held" "HELD" tone="watch" %}')


def test_a_flag_is_a_sentence_with_reason_and_next_step():
    page = render(
        '{% include "_components/flag_sentence.html" with sentence=sentence reason=why next_step="Talk." %}',
        sentence="Emil is losing ground.",
        why="It fell <twice>.",
    )
    assert "Emil is losing ground." in page
    assert "It fell &lt;twice&gt;." in page
    assert "Next step:</b> Talk." in page


def test_a_list_without_further_pages_shows_no_pager():
    assert render('{% include "_components/pagination.html" %}').strip() == ""
