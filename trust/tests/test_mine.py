"""What is kept about me: what the page and the files hold, the manager's view, who looked."""

import json
import re
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from coaching.tests.cast import active_engagement, at, person
from engagements.actions.agreements import revise_agreement
from engagements.actions.looks import note_engagement_look, note_list_look
from engagements.actions.people import add_manager, add_program, remove_manager
from engagements.actions.sessions import schedule_session
from engagements.models import DISCLOSURES, Agreement, Executive, ExportItem, Look, SealedText
from trust.actions.check_ins import store_reading
from trust.actions.data_requests import ask_for_opinions, decide_item
from trust.actions.point_of_trust import confirm_point_of_trust
from trust.actions.session_log import log_session
from trust.instrument import COACH_ITEMS, EXECUTIVE_ITEMS, Voice
from trust.models import Flag, Judgement
from trust.tests.mine import inside, page, text_of

NOTE, SUMMARY, POINT = "A note for the coach alone", "We spoke about the plant in Poland", "He cried, and laughed"


@pytest.fixture(autouse=True)
def nobody_has_tried_yet():
    cache.clear()


def fill(side, word=""):
    """A logged session with note, summary and ratings of both voices, a judgement, flags, a point of trust."""
    engagement, now = side.engagement, at()
    ratings = {item.key: 3 for item in COACH_ITEMS}
    log = {"minutes": 60, "note": NOTE + word, "summary": SUMMARY + word}
    log_session(session=side.session, by=side.coach, now=now, ratings=ratings, seen=("GUARDED",), **log)
    answers = {item.key: 6 for item in EXECUTIVE_ITEMS} | {"care": None}
    store_reading(session=side.session, voice=Voice.EXECUTIVE, ratings=answers, by=None, now=now, is_shared=False)
    values = {"cognitive": 3.1, "relational": 2.9, "p_stalled": 0.8, "p_regressing": 0.2, "p_point_of_trust": 0.1}
    Judgement.objects.update_or_create(engagement=engagement, defaults={"state": "PLATEAU", "judged_at": now, **values})
    for kind, level in (("STALLED", "ALARM"), ("REGRESSING", "WATCH"), ("QUIET", "ALARM")):
        Flag.objects.create(engagement=engagement, kind=kind, level=level, opened_at=at(-9), evidence={"chance": 0.77})
    confirm_point_of_trust(
        engagement=engagement, reached_on=at(-1).date(), seen=("OPENED_UP",), words=POINT + word, by=side.coach, now=now
    )
    return engagement


def exported(client, link):
    return json.loads(page(client, link, "mine_export", "json").content)


# --- the page -------------------------------------------------------------------------------------


def test_the_page_shows_everything_factual_in_plain_words(cast):
    client, link = inside(fill(cast.mine))
    told = text_of(client, link)
    for words in (
        "Your coaching with Cora", "Program One", "Organization One", "emil@client.example", "Delegate more", SUMMARY,
        "Version 1", "Confidentiality ends only where", "your coach does not see them", "24 months after the end",
        "The stated objective", "Private notes of your coach", "This has not happened.",
    ):  # fmt: skip
        assert words in told, words
    assert EXECUTIVE_ITEMS[0].wording.replace("'", "&#x27;") in told
    assert "cannot say" in told


def test_the_page_shows_no_opinion(cast):
    client, link = inside(fill(cast.mine))
    told = text_of(client, link) + text_of(client, link, "mine_export", "json")
    told = re.sub(r":\d\d\.\d+", "", told)  # parts of seconds, which may hold any number by chance
    for words in (
        NOTE,
        POINT,
        "3.1",
        "0.77",
        "PLATEAU",
        "stand still",
        COACH_ITEMS[0].wording,
        "Was guarded",
        "Balanced",
    ):
        assert words not in told, words
    assert "STALLED" not in text_of(client, link)


def test_dates_are_in_the_executives_own_zone(cast):
    Executive.objects.filter(pk=cast.emil.pk).update(time_zone="Asia/Tokyo")
    client, link = inside(cast.mine.engagement)
    hour = (cast.mine.session.starts_at.hour + 9) % 24
    assert f", {hour:02d}:00</time>" in text_of(client, link)


def test_two_engagements_of_one_executive_stay_apart(cast):
    program = add_program(organization=cast.mine.organization, name="Second", by=None, now=at(), time_zone="UTC")
    second = active_engagement(
        program=program, coach=cast.otto, executive=cast.emil, by=cast.pia, objective="Other aim"
    )
    session = schedule_session(engagement=second, starts_at=at(-2), minutes=60, by=cast.otto, now=at(-9))
    fill(cast.mine)
    fill(SimpleNamespace(engagement=second, session=session, coach=cast.otto), " of the second")
    client, link = inside(cast.mine.engagement)
    told = text_of(client, link) + text_of(client, link, "mine_export", "json")
    assert "of the second" not in told
    assert "Other aim" not in told
    assert "Otto" not in told
    client, link = inside(second)
    told = text_of(client, link)
    assert SUMMARY + " of the second" in told
    assert "Delegate more" not in told


def test_an_engagement_with_nothing_in_it_has_a_page(cast):
    Agreement.objects.all().delete()
    cast.mine.engagement.sessions.all().delete()
    cast.mine.engagement.objectives.all().delete()
    client, link = inside(cast.mine.engagement)
    assert "None is written down." in text_of(client, link)
    for kind in ("json", "pdf"):
        assert page(client, link, "mine_export", kind).status_code == 200


# --- who looked -----------------------------------------------------------------------------------


def test_who_looked_is_told_with_name_role_page_and_time(cast):
    engagement = cast.mine.engagement
    note_engagement_look(by=cast.cora, engagement=engagement, now=at(-3))
    note_engagement_look(by=cast.pia, engagement=engagement, now=at(-2))
    note_list_look(by=cast.pia, program_ids=[cast.mine.program.pk], now=at(-2))
    note_engagement_look(by=cast.otto, engagement=cast.other.engagement, now=at(-2))
    client, link = inside(engagement)
    told = text_of(client, link)
    for words in ("Cora, coach", "Pia, program manager", "List of engagements", "Page of the engagement"):
        assert words in told, words
    assert f"{at(-3):%a} {at(-3).day} {at(-3):%b %Y, %H:%M}" in told
    assert "Otto" not in told


def test_an_export_stands_in_the_ledger_and_looking_at_the_page_does_not(cast):
    client, link = inside(cast.mine.engagement)
    text_of(client, link)
    assert not Look.objects.filter(role="EXECUTIVE").exists()
    page(client, link, "mine_export", "pdf")
    page(client, link, "mine_export", "json")
    look = Look.objects.get(role="EXECUTIVE")
    assert (look.what, look.who_id, look.subject_id) == ("EXPORT", None, cast.mine.engagement.pk)
    assert "You, by your link" in text_of(client, link)


def test_coachs_and_managers_visits_reach_the_ledger_of_the_executive(cast, as_user):
    for name in ("cora", "pia"):
        as_user(getattr(cast, name)).get(reverse("engagement_detail", args=[cast.mine.engagement.pk]))
    client, link = inside(cast.mine.engagement)
    told = text_of(client, link)
    assert "Cora, coach" in told
    assert "Pia, program manager" in told


# --- the manager's view ---------------------------------------------------------------------------


def between(content, first, last):
    return re.search(f"{first}(.*?){last}", content, re.DOTALL)[1]


def manager_parts(cast, as_user):
    """Head and content of Pia's own page, and her line of the portfolio."""
    client = as_user(cast.pia)
    own = client.get(reverse("engagement_detail", args=[cast.mine.engagement.pk])).content.decode()
    head = between(own, r'<div class="page-head">\s*', r'\s*<div class="cluster no-print">')
    content = between(own, r'(?=<div class="stack-large">)', r'\s*<ul class="plain-links')
    tick = r"<td class=\"tick-cell\">[^\n]*</td>"
    line = rf"<tr>\s*{tick}\s*<th scope=\"row\"><a[^>]*>Emil</a></th>"
    row = between(client.get(reverse("portfolio")).content.decode(), line, "</tr>")
    return head.strip(), content.strip(), close_up(row)


def close_up(row):
    """A row without the blanks between its cells."""
    return re.sub(r">\s+<", "><", row.strip())


def shown_parts(client, link):
    shown = text_of(client, link, "mine_managers_view")
    head = between(shown, r'<div class="page-head" id="managers-head">', r"</div>\s*<div id=\"managers-content\">")
    content = between(shown, r'<div id="managers-content">', r'</div>\s*<hr class="my-4">')
    row = between(shown, r"<tbody><tr><th scope=\"row\">Emil</th>", "</tr>")
    return head.strip(), content.strip(), close_up(row)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo"])
@pytest.mark.parametrize("discloses", [True, False])
def test_the_managers_view_is_the_managers_page_byte_for_byte(cast, as_user, discloses, zone):
    cast.pia.time_zone = zone
    cast.pia.save()
    engagement = fill(cast.mine)
    engagement.agreements.update(**dict.fromkeys(DISCLOSURES, discloses))
    own = manager_parts(cast, as_user)
    client, link = inside(engagement)
    shown = shown_parts(client, link)
    assert shown == own
    assert ("The work seems to have stalled" in shown[1]) == discloses
    assert ("Delegate more" in shown[1]) == discloses
    assert "Gone quiet" in shown[1] + shown[2]
    assert "losing ground" not in shown[1]


def test_the_managers_view_holds_nothing_to_press(cast):
    client, link = inside(fill(cast.mine))
    for part in shown_parts(client, link):
        assert not re.search(r"<(a|button|form|input)\b", part)


def test_a_version_that_waits_for_acceptance_discloses_nothing_in_the_view_either(cast, as_user):
    engagement = fill(cast.mine)
    agreement = engagement.agreements.current().get()
    revise_agreement(
        agreement=agreement, by=cast.pia, now=at(), confidentiality="New words", cancellation_terms="",
        disclosure=dict.fromkeys(DISCLOSURES, True),
    )  # fmt: skip
    own = manager_parts(cast, as_user)
    client, link = inside(engagement)
    assert shown_parts(client, link) == own
    assert "Delegate more" not in own[1]


def test_where_nobody_manages_the_program_the_view_says_so(cast):
    membership = cast.mine.program.managers.get()
    add_manager(program=cast.mine.program, user=cast.cora, by=None, now=at())
    remove_manager(membership=membership, by=cast.ada, now=at())
    client, link = inside(cast.mine.engagement)
    assert "Nobody but your coach manages this program" in text_of(client, link, "mine_managers_view")


def test_managers_who_left_are_not_named_and_others_are(cast):
    add_manager(program=cast.mine.program, user=person("Zita"), by=None, now=at())
    gone = add_manager(program=cast.mine.program, user=person("Abel"), by=None, now=at())
    remove_manager(membership=gone, by=cast.ada, now=at())
    client, link = inside(cast.mine.engagement)
    told = text_of(client, link, "mine_managers_view")
    assert "Zita manages the program, too" in told
    assert "Abel" not in told


# --- files ----------------------------------------------------------------------------------------

KEYS = {
    "format", "format_version", "made_at", "you", "engagement", "retention", "agreement_versions", "objectives",
    "sessions", "check_ins", "experiments", "uses_of_a_condition", "conversations", "extensions", "report_lines",
    "choices", "chemistry_vote", "follow_ups", "requests", "opinions_given_out", "opinions_held_back", "looks", "links",
    "mails", "not_included",
}  # fmt: skip


def test_the_json_holds_everything_of_the_executives_under_stable_keys(cast):
    client, link = inside(fill(cast.mine))
    kept = exported(client, link)
    assert set(kept) == KEYS
    assert kept["you"]["email"] == "emil@client.example"
    assert [one["words"] for one in kept["objectives"]] == ["Delegate more"]
    assert {one["status"] for one in kept["sessions"]} == {"HELD", "SCHEDULED"}
    assert kept["sessions"][-1]["shared_summary"] == SUMMARY
    (check_in,) = kept["check_ins"]
    assert check_in["coach_may_see_them"] is False
    assert [one["rating"] for one in check_in["answers"]] == [6, 6, 6, None, 6]
    assert kept["agreement_versions"][0]["you_accepted_on"]
    assert kept["engagement"]["coach"] == "Cora"


def test_files_are_named_after_nobody_and_kept_in_no_cache(cast):
    client, link = inside(fill(cast.mine))
    for kind in ("json", "pdf"):
        answer = page(client, link, "mine_export", kind)
        assert answer["Content-Disposition"] == f'attachment; filename="what-is-kept-about-me.{kind}"'
        assert "no-store" in answer["Cache-Control"]


def test_there_are_two_kinds_of_file_and_no_others(cast):
    client, link = inside(cast.mine.engagement)
    for kind in ("xml", "..", "pdf.json", "PDF"):
        assert client.get(f"{reverse('mine', args=[link.pk])}download/{kind}/").status_code == 404


def test_the_pdf_is_tagged_and_holds_its_fonts(cast):
    client, link = inside(fill(cast.mine))
    content = page(client, link, "mine_export", "pdf").content
    assert content.startswith(b"%PDF")
    assert b"/StructTreeRoot" in content
    assert b"pdfuaid" in content
    assert b"/FontFile" in content or b"/ObjStm" in content


@pytest.mark.parametrize(
    "words", ["你好 😀 \u0600", "#let x = 1; $y$ *z* @w \\u{1} <l> // `", "=2+3\n- a\n\n\tb", "\u202e\u2066"]
)
def test_no_character_and_no_markup_breaks_the_pdf(cast, words):
    log_session(
        session=cast.mine.session, by=cast.cora, now=at(), minutes=60, summary=words,
        ratings={item.key: None for item in COACH_ITEMS},
    )  # fmt: skip
    client, link = inside(cast.mine.engagement)
    assert page(client, link, "mine_export", "pdf").content.startswith(b"%PDF")
    assert exported(client, link)["sessions"][-1]["shared_summary"] == words.replace("\r\n", "\n")


def test_downloads_have_a_limit_that_is_told(cast):
    client, link = inside(cast.mine.engagement)
    for _ in range(20):
        assert page(client, link, "mine_export", "json").status_code == 200
    answer = client.get(reverse("mine_export", args=[link.pk, "json"]), follow=True)
    assert "Wait ten minutes" in answer.content.decode()


def test_opinions_stand_in_the_files_only_where_they_were_given_out(cast):
    engagement = fill(cast.mine)
    client, link = inside(engagement)
    request = ask_for_opinions(engagement=engagement, now=at())
    given, kept_back = (request.items.get(kind=kind) for kind in ("SESSION_NOTE", "READING"))
    decide_item(item=given, is_released=True, by=cast.cora, now=at())
    decide_item(item=kept_back, is_released=False, reason="OTHERS", by=cast.cora, now=at())
    kept = exported(client, link)
    assert [one["words"] for one in kept["opinions_given_out"]] == [f"Session of {at(-1).day} {at(-1):%B %Y}\n{NOTE}"]
    assert [one["reason"] for one in kept["opinions_held_back"]] == ["It would tell of somebody else"]
    everything = json.dumps(kept) + text_of(client, link)
    assert POINT not in everything
    assert COACH_ITEMS[0].wording not in everything
    assert NOTE in text_of(client, link)


def test_what_was_given_out_stays_as_it_was_read(cast):
    engagement = fill(cast.mine)
    request = ask_for_opinions(engagement=engagement, now=at())
    decide_item(item=request.items.get(kind="READING"), is_released=True, by=cast.cora, now=at())
    ratings = {item.key: 7 for item in COACH_ITEMS}
    log_session(
        session=cast.mine.session, by=cast.cora, now=at(), minutes=60, ratings=ratings, note=NOTE, summary=SUMMARY
    )
    client, link = inside(engagement)
    (given,) = exported(client, link)["opinions_given_out"]
    assert "3 of 7" in given["words"]
    assert "7 of 7" not in given["words"]


def test_given_out_words_are_sealed_like_all_others(cast):
    request = ask_for_opinions(engagement=fill(cast.mine), now=at())
    decide_item(item=request.items.get(kind="SESSION_NOTE"), is_released=True, by=cast.cora, now=at())
    row = SealedText.objects.get(kind="RELEASED")
    assert NOTE.encode() not in bytes(row.sealed)
    assert NOTE not in str(list(ExportItem.objects.values()))


def test_a_page_of_somebody_who_is_signed_in_opens_nothing_here(cast, as_user):
    _, link = inside(cast.mine.engagement)
    for name in ("cora", "pia", "ada"):
        assert as_user(getattr(cast, name)).get(reverse("mine", args=[link.pk])).status_code == 404
    assert Client().get(reverse("mine", args=[link.pk])).status_code == 404


def test_every_key_of_the_json_is_documented(settings):
    documented = (settings.BASE_DIR / "docs" / "what-is-kept.md").read_text()
    assert not [key for key in KEYS if f"`{key}`" not in documented]
