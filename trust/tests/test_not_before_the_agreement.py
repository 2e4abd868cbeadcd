"""Nothing that was said, rated or thought is kept before both sides have accepted the agreement."""

import pytest
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.agreements import NotAgreed, record_acceptance, revise_agreement
from engagements.actions.engagements import NotPossible, change_status
from engagements.actions.sessions import mark_held, schedule_session
from engagements.actions.texts import BEFORE_AGREEMENT, write_text
from engagements.models import Party, SealedText, SessionKind, Status, TextKind
from trust.actions.imports import carry_out_import, plan_import
from trust.actions.point_of_trust import NothingToRestOn, confirm_point_of_trust
from trust.actions.session_log import log_session
from trust.instrument import COACH_ITEMS
from trust.models import CheckIn, Reading

RATED = {item.key: 5 for item in COACH_ITEMS}


@pytest.fixture
def session(cast):
    """A session to log, of an engagement whose agreement nobody has accepted."""
    cast.mine.engagement.agreements.update(executive_accepted_on=None, sponsor_accepted_on=None)
    return cast.mine.session


def accepted(cast, *parties):
    agreement = cast.mine.engagement.agreements.current().get()
    for party in parties:
        record_acceptance(agreement=agreement, party=party, accepted_on=at().date(), by=cast.pia, now=at())


def log(session, by, **words):
    terms = {"minutes": 60, "ratings": {}} | words
    return log_session(session=session, by=by, now=at(), **terms)


def form_of(session, **words):
    when = {"day": f"{session.starts_at:%Y-%m-%d}", "clock": f"{session.starts_at:%H:%M}"}
    return when | {"minutes": "60", "kind": session.kind, "sheet": "a"} | words


def kept():
    return (
        SealedText.objects.exclude(kind=TextKind.OBJECTIVE).count() + Reading.objects.count() + CheckIn.objects.count()
    )


@pytest.mark.parametrize("sides", [(), (Party.EXECUTIVE,), (Party.SPONSOR,)])
def test_no_session_can_be_logged_before_both_sides_have_accepted(cast, session, sides):
    accepted(cast, *sides)
    with pytest.raises(NotAgreed):
        log(session, cast.cora, note="Said.", ratings=RATED)
    with pytest.raises(NotAgreed):
        mark_held(session=session, minutes=60, by=cast.cora, now=at())
    session.refresh_from_db()
    assert session.is_scheduled
    assert kept() == 0


def test_once_both_have_accepted_it_can_and_a_changed_agreement_does_not_stop_it(cast, session):
    accepted(cast, Party.EXECUTIVE, Party.SPONSOR)
    agreement = cast.mine.engagement.agreements.current().get()
    terms = {"confidentiality": "New.", "cancellation_terms": "New.", "disclosure": agreement.disclosure}
    revise_agreement(agreement=agreement, by=cast.pia, now=at(), **terms)
    log(session, cast.cora, note="Said.", ratings=RATED)
    assert session.__class__.objects.get(pk=session.pk).is_held


def test_the_page_says_so_at_once_and_offers_to_ask(as_user, cast, session):
    accepted(cast, Party.SPONSOR)
    client = as_user(cast.cora)
    for page in (reverse("session_log", args=[session.pk]), reverse("session_log_new", args=[cast.mine.engagement.pk])):
        text = client.get(page).content.decode()
        assert "The agreement comes first." in text
        assert "Emil has not." in text
        assert reverse("agreement_send", args=[cast.mine.engagement.pk]) in text


@pytest.mark.parametrize("is_new", [False, True])
def test_what_was_typed_comes_back(as_user, cast, session, is_new):
    route, row = ("session_log_new", cast.mine.engagement) if is_new else ("session_log", session)
    words = {"note": "A long thought.", "summary": "In short.", COACH_ITEMS[0].key: "6"}
    answer = as_user(cast.cora).post(reverse(route, args=[row.pk]), form_of(session, **words))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Not saved yet." in text
    for typed in ("A long thought.", "In short.", f'name="{COACH_ITEMS[0].key}"'):
        assert typed in text
    assert f'id="id_{COACH_ITEMS[0].key}_5" value="6" checked' in text
    assert kept() == 0
    assert cast.mine.engagement.sessions.held().count() == 0


def test_a_log_that_exists_shows_no_such_notice(as_user, cast):
    log(cast.mine.session, cast.cora, note="Said.")
    page = as_user(cast.cora).get(reverse("session_log", args=[cast.mine.session.pk])).content.decode()
    assert "agreement comes first" not in page


# --- the meeting that comes before ----------------------------------------------------------------


@pytest.fixture
def chemistry(cast, session):
    terms = {"engagement": cast.mine.engagement, "minutes": 30, "by": cast.cora, "now": at(-9)}
    return schedule_session(starts_at=at(-2), kind=SessionKind.CHEMISTRY, **terms)


def test_a_chemistry_meeting_can_be_noted_as_held_without_a_word(as_user, cast, chemistry):
    client, page = as_user(cast.cora), reverse("session_log", args=[chemistry.pk])
    assert "can be noted as held, without ratings and words" in client.get(page).content.decode()
    assert client.post(page, form_of(chemistry)).status_code == 302
    chemistry.refresh_from_db()
    assert chemistry.is_held
    assert kept() == 0  # nor is the executive asked about it


@pytest.mark.parametrize("said", [{"note": "Said."}, {"summary": "Said."}, {"ratings": RATED}, {"seen": ["asked"]}])
def test_but_with_nothing_said_or_rated(cast, chemistry, said):
    with pytest.raises(NotAgreed):
        log(chemistry, cast.cora, **said)
    chemistry.refresh_from_db()
    assert chemistry.is_scheduled
    assert kept() == 0


def test_after_the_agreement_words_can_be_added_to_it(cast, chemistry):
    log(chemistry, cast.cora)
    accepted(cast, Party.EXECUTIVE, Party.SPONSOR)
    log(chemistry, cast.cora, note="Said.", ratings=RATED)
    assert SealedText.objects.filter(kind=TextKind.SESSION_NOTE, subject_id=chemistry.pk).exists()
    assert Reading.objects.get(session=chemistry).ratings == RATED


# --- every other way in ---------------------------------------------------------------------------


def history(*rows):
    head = "client_email,date,start,minutes,attended,note,cognitive"
    return "\r\n".join([head, *rows, ""]).encode()


def test_an_import_of_history_refuses_what_it_could_not_keep(cast, session):
    day = f"{at(-30):%Y-%m-%d}"
    content = history(f"emil@client.example,{day},10:00,60,yes,Said.,5", f"emil@client.example,{day},12:00,60,no,,")
    terms = {"kind": "HISTORY", "content": content, "options": {}, "by": cast.cora, "now": at()}
    plan = plan_import(**terms)
    assert [verdict.outcome.lower() for verdict in plan.verdicts] == ["refused", "new"]
    assert "accepted the agreement" in plan.verdicts[0].reason
    carry_out_import(**terms)
    assert cast.mine.engagement.sessions.held().count() == 0
    assert kept() == 0
    accepted(cast, Party.EXECUTIVE, Party.SPONSOR)
    carry_out_import(**terms)
    assert cast.mine.engagement.sessions.held().count() == 1


def test_no_point_of_trust_is_recorded(as_user, cast, session):
    engagement = cast.mine.engagement
    with pytest.raises(NothingToRestOn):
        confirm_point_of_trust(
            engagement=engagement, reached_on=at().date(), seen=[], words="There.", by=cast.cora, now=at()
        )
    page = reverse("point_of_trust", args=[engagement.pk])
    assert as_user(cast.cora).get(page).status_code == 302


@pytest.mark.parametrize("kind", [*TextKind.values, "POINT_OF_TRUST", "ANY_OTHER"])
def test_no_words_of_any_kind_are_sealed_but_those_that_come_before(cast, session, kind):
    terms = {"engagement_id": cast.mine.engagement.pk, "subject_id": session.pk, "text": "Said.", "now": at()}
    if kind in BEFORE_AGREEMENT:
        assert write_text(kind=kind, by=cast.cora, **terms)
        return
    with pytest.raises(NotAgreed):
        write_text(kind=kind, by=cast.cora, **terms)


def test_a_page_that_does_not_expect_it_gives_back_what_was_typed(as_user, cast, session, monkeypatch):
    """Whichever page it is: the answer says why, and nothing is lost."""
    monkeypatch.setattr("engagements.actions.texts.BEFORE_AGREEMENT", set())
    words = {"text": "Something that took a while to find the words for, and that nobody wants to type again."}
    answer = as_user(cast.cora).post(reverse("objective_add", args=[cast.mine.engagement.pk]), words)
    assert answer.status_code == 409
    assert words["text"] in answer.content.decode()
    assert "both accepted the agreement" in answer.content.decode()


def test_the_work_does_not_begin_before_it(cast, session):
    engagement = cast.mine.engagement
    engagement.status = Status.CONTRACTED
    engagement.save()
    with pytest.raises(NotPossible):
        change_status(engagement=engagement, to=Status.ACTIVE, by=cast.cora, now=at())
    accepted(cast, Party.EXECUTIVE, Party.SPONSOR)
    assert change_status(engagement=engagement, to=Status.ACTIVE, by=cast.cora, now=at()).is_active
