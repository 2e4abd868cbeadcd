"""Session histories: what is new, unchanged, changed or refused, by command and in the browser."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from coaching.tests.cast import active_engagement, at
from engagements.actions.engagements import change_status
from engagements.actions.keys import erase_engagement_texts
from engagements.actions.texts import current_texts, write_text
from engagements.models import AuditEvent, Engagement, ImportRun, Reason, SealedText, Session, Status, TextKind, User
from trust.actions.check_ins import store_reading
from trust.instrument import Voice
from trust.models import Reading, engagements_to_judge
from trust.tasks import carry_out_import

HEADER = (
    "client_email,date,start,minutes,attended,cognitive (1-7),relational (1-7),client cognitive (1-7),"
    "client relational (1-7),private note"
)


@pytest.fixture
def days():
    """Days of the last weeks as a file writes them, oldest first."""
    return [f"{timezone.now() - timedelta(days=back):%Y-%m-%d}" for back in (40, 30, 20, 10)]


@pytest.fixture
def rows(days):
    return [
        f"emil@client.example,{days[0]},10:00,60,yes,4.333,3.667,6,5.5,",
        f"emil@client.example,{days[1]},09:00,75,yes,5,5.333,,,Asked for help.",
        f"Emil@Client.example,{days[2]},15:00,60,no-show,,,,,Did not call.",
        f"erna@client.example,{days[3]},15:00,90,yes,,,6,7,",
    ]


def write(folder, rows, header=HEADER, name="history.csv"):
    path = folder / name
    path.write_text("\r\n".join([header, *rows, ""]), newline="")
    return path


def run(path, *options):
    out = StringIO()
    call_command("import_history", str(path), "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def counts(result):
    return tuple(result[name] for name in ("new", "unchanged", "changed", "refused"))


def reading(session, voice):
    return Reading.objects.get(session=session, voice=voice.value)


def test_sessions_come_with_attendance_ratings_and_sealed_notes(cast, tmp_path, rows):
    assert counts(run(write(tmp_path, rows))) == (4, 0, 0, 0)
    first, second, third = Session.objects.filter(engagement=cast.mine.engagement).oldest_first()[:3]
    assert [one.status for one in (first, second, third)] == ["HELD", "HELD", "MISSED"]
    assert (first.minutes, first.starts_at.hour, first.logged_by) == (60, 10, cast.cora)
    coach, executive = reading(first, Voice.COACH), reading(first, Voice.EXECUTIVE)
    assert (coach.cognitive, coach.relational, coach.value) == (4.333, 3.667, None)
    assert (executive.cognitive, executive.relational, executive.is_shared) == (6, 5.5, True)
    assert not Reading.objects.filter(session=second, voice=Voice.EXECUTIVE.value).exists()
    notes = current_texts(user=cast.cora, kind=TextKind.SESSION_NOTE, subject_ids=[second.pk, third.pk])
    assert notes == {second.pk: "Asked for help.", third.pk: "Did not call."}
    assert not any(b"Asked" in bytes(text.sealed) for text in SealedText.objects.all())
    assert cast.mine.engagement.pk in engagements_to_judge()


def test_times_are_read_in_the_coachs_zone_across_summer_time(cast, tmp_path):
    User.objects.filter(pk=cast.cora.pk).update(time_zone="America/New_York")
    Engagement.objects.update(starts_on="2025-01-01")
    run(write(tmp_path, [f"emil@client.example,2025-{month}-10,10:00,60,yes,,,,," for month in ("01", "07")]))
    starts = Session.objects.filter(starts_at__year=2025).order_by("starts_at").values_list("starts_at", flat=True)
    assert list(starts) == [datetime(2025, 1, 10, 15, tzinfo=UTC), datetime(2025, 7, 10, 14, tzinfo=UTC)]


def test_the_same_history_again_changes_nothing(cast, tmp_path, rows):
    path = write(tmp_path, rows)
    run(path)
    before = (Session.objects.count(), Reading.objects.count(), SealedText.objects.count(), AuditEvent.objects.count())
    assert counts(run(path)) == (0, 4, 0, 0)
    assert before == (
        Session.objects.count(), Reading.objects.count(), SealedText.objects.count(), AuditEvent.objects.count(),
    )  # fmt: skip


def test_a_dry_run_changes_nothing(cast, tmp_path, rows):
    before = Session.objects.count()
    assert counts(run(write(tmp_path, rows), "--dry-run")) == (4, 0, 0, 0)
    assert Session.objects.count() == before


def test_length_ratings_and_note_that_differ_are_changes_and_are_made(cast, tmp_path, rows):
    run(write(tmp_path, rows))
    changed = [
        rows[0].replace(",60,", ",90,"),
        rows[1].replace("5,5.333", "5,6").replace("Asked", "Begged"),
        rows[2],
        rows[3],
    ]
    result = run(write(tmp_path, changed))
    assert counts(result) == (0, 2, 2, 0)
    assert result["changed_rows"] == [
        {"row": 2, "reason": "Length: 60 → 90 minutes."},
        {"row": 3, "reason": "Coach’s read differs. Private note differs."},
    ]
    first, second = Session.objects.filter(engagement=cast.mine.engagement).oldest_first()[:2]
    assert first.minutes == 90
    assert reading(second, Voice.COACH).relational == 6
    assert reading(second, Voice.COACH).revisions.get().ratings["relational"] == 5.333
    assert counts(run(write(tmp_path, changed))) == (0, 4, 0, 0)


def test_a_note_edited_since_is_not_set_back_by_the_old_file(cast, tmp_path, rows):
    run(write(tmp_path, rows))
    session = Session.objects.filter(engagement=cast.mine.engagement).oldest_first()[1]
    terms = {"engagement_id": session.engagement_id, "kind": TextKind.SESSION_NOTE, "subject_id": session.pk}
    write_text(**terms, text="In better words.", by=cast.cora, now=timezone.now())
    assert counts(run(write(tmp_path, rows))) == (0, 4, 0, 0)


def test_answers_the_executive_gave_are_neither_compared_nor_replaced(cast, tmp_path, rows):
    run(write(tmp_path, rows))
    session = Session.objects.filter(engagement=cast.mine.engagement).oldest_first()[0]
    own = {"value": 2, "reliance": 2, "candour": 2, "care": 2, "discretion": 2}
    store_reading(session=session, voice=Voice.EXECUTIVE, ratings=own, by=None, now=timezone.now(), is_shared=False)
    assert counts(run(write(tmp_path, rows))) == (0, 4, 0, 0)
    assert reading(session, Voice.EXECUTIVE).cognitive == 2


def test_a_scheduled_session_at_that_time_becomes_the_one_held(cast, tmp_path):
    planned = cast.mine.session
    row = f"emil@client.example,{planned.starts_at:%d.%m.%Y},{planned.starts_at:%H:%M},45,held,5,5,,,"
    assert counts(run(write(tmp_path, [row]))) == (0, 0, 1, 0)
    planned.refresh_from_db()
    assert (planned.status, planned.minutes) == ("HELD", 45)


def flawed(days):
    tomorrow = f"{timezone.now() + timedelta(days=2):%Y-%m-%d}"
    return {
        "emil@client.example,2027-13-01,10:00,60,yes,5,5,,,": "a date no calendar has",
        f"emil@client.example,{days[0]},25:00,60,yes,9,-1,,,": "a time of day. Cognitive: “9” is not between 1 and 7",
        f"nobody@client.example,{days[0]},10:00,60,yes,5,5,,,": "No engagement with nobody@client.example",
        f'emil@client.example,{days[0]},11:00,-5,maybe,5,5,,,"""quoted, with comma""\r\nand a second line"': "“maybe”",
        f"emil@client.example,{days[0]},11:00,481,yes,5,5,,,": "not between 5 and 480",
        f"emil@client.example,{tomorrow},11:00,60,yes,5,5,,,": "still to come",
        f"emil@client.example,{days[0]},11:00,60,no-show,5,5,,,": "A missed session has no ratings",
        f"emil@client.example,{days[0]},10:00,60,yes,1,1,,,": "Row 2 is about the same session",
        f"emil@client.example,{days[0]},,60,yes,1,1,,,": "Start: is missing",
        f",{days[0]},10:00,60,yes,1,1,,,": "Client e-mail: is missing",
        ",,,,,,,,,": "The row is empty",
    }


def test_every_flawed_row_is_refused_with_its_own_reason_and_row_number(cast, tmp_path, rows, days):
    bad = flawed(days)
    result = run(write(tmp_path, [*rows, *bad, rows[0]]))
    assert counts(result) == (4, 1, 0, len(bad))
    assert [row["row"] for row in result["refused_rows"]] == list(range(6, 6 + len(bad)))
    for row, words in zip(result["refused_rows"], bad.values(), strict=True):
        assert words in row["reason"]


def test_other_headers_and_formats_are_read_the_same(cast, tmp_path, days):
    day = datetime.fromisoformat(days[0])
    header = "Executive e-mail;Session date;Time;Duration (minutes);Status;Notes;Coach cognitive"
    row = f"emil@client.example;{day:%d.%m.%Y};2:30 pm;60 min;attended;;4,5"
    assert counts(run(write(tmp_path, [row], header=header))) == (1, 0, 0, 0)
    session = Session.objects.filter(engagement=cast.mine.engagement).oldest_first()[0]
    assert f"{session.starts_at:%Y-%m-%d %H:%M}" == f"{days[0]} 14:30"
    assert reading(session, Voice.COACH).cognitive == 4.5


def test_of_several_engagements_the_one_that_ran_on_that_day_is_meant_also_after_its_end(cast, tmp_path, days):
    earlier = cast.mine.engagement
    Engagement.objects.filter(pk=earlier.pk).update(starts_on=f"{at(-100):%Y-%m-%d}")
    change_status(engagement=earlier, to=Status.ENDED_EARLY, reason=Reason.OTHER, by=cast.cora, now=at(-25))
    later = active_engagement(
        program=cast.mine.program, coach=cast.cora, executive=cast.emil, by=cast.pia, starts_days_ago=24
    )
    rows = [f"emil@client.example,{days[index]},10:00,60,yes,5,5,,," for index in (0, 3)]
    assert counts(run(write(tmp_path, rows))) == (2, 0, 0, 0)
    assert Session.objects.held().filter(engagement=earlier).count() == 1
    assert Session.objects.held().filter(engagement=later).count() == 1


# --- in the browser -----------------------------------------------------------------------------


def upload(client, rows, header=HEADER):
    content = "\r\n".join([header, *rows]).encode()
    response = client.post("/imports/new/history/", {"file": SimpleUploadedFile("history.csv", content)})
    return ImportRun.objects.get(pk=response.url.split("/")[2])


def test_a_coach_brings_own_history_and_learns_of_no_other(as_user, cast, rows):
    client = as_user(cast.cora)
    run = upload(client, [*rows, rows[0].replace("emil", "nobody")])
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert "No engagement of yours with erna@client.example." in page
    assert "No engagement of yours with nobody@client.example." in page
    assert "Asked for help" not in page
    assert client.post(f"/imports/{run.pk}/carry-out/").status_code == 302
    carry_out_import(str(run.pk))
    run.refresh_from_db()
    assert run.counts == {"new": 3, "changed": 0, "unchanged": 0, "refused": 2}
    assert not Session.objects.held().filter(engagement=cast.other.engagement).exists()


def test_private_notes_of_a_file_stand_nowhere_unsealed(as_user, cast, rows, caplog):
    client = as_user(cast.cora)
    run = upload(client, [*rows, "emil@client.example,never,10:00,60,yes,,,,,Secret of a refused row"])
    carry_out = client.post(f"/imports/{run.pk}/carry-out/")
    carry_out_import(str(run.pk))
    run.refresh_from_db()
    stored = repr([*ImportRun.objects.values(), *AuditEvent.objects.values("verb", "detail")])
    for secret in ("Secret", "Asked for help"):
        assert secret not in stored
        assert secret not in caplog.text
        assert secret not in carry_out.url
    download = client.get(f"/imports/{run.pk}/refused.csv").content.decode()
    assert "Secret of a refused row" in download
    assert as_user(cast.otto).get(f"/imports/{run.pk}/refused.csv").status_code == 404


def test_ambiguous_dates_wait_for_the_coachs_choice(as_user, cast):
    client = as_user(cast.cora)
    run = upload(client, ["emil@client.example,03/04/2026,10:00,60,yes,5,5,,,"])
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert "Choose which" in page
    assert f"/imports/{run.pk}/carry-out/" not in page
    keys = ["client_email", "date", "start", "minutes", "attended", "cognitive", "relational", "client_cognitive"]
    chosen = {f"column_{key}": position for position, key in enumerate(keys)}
    client.post(f"/imports/{run.pk}/", {"encoding": "utf-8", "delimiter": ",", "dates": "MONTH_FIRST", **chosen})
    client.post(f"/imports/{run.pk}/carry-out/")
    carry_out_import(str(run.pk))
    assert Session.objects.filter(starts_at__date="2026-03-04").exists()


def test_a_note_for_an_engagement_whose_words_were_erased_is_refused_and_the_rest_taken(cast, tmp_path, rows):
    erase_engagement_texts(engagement=cast.mine.engagement, by=cast.ada, now=timezone.now())
    result = run(write(tmp_path, rows))
    assert counts(result) == (2, 0, 0, 2)
    assert {row["reason"] for row in result["refused_rows"]} == {
        "The words of this engagement were erased; no note can be added."
    }
