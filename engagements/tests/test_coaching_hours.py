"""A coach's hours: what counts, to the minute; who is named; the files; what an employer confirms."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from openpyxl import load_workbook

from coaching import environment
from coaching.tests.cast import active_engagement, at
from engagements.actions.engagements import change_status
from engagements.actions.hours import log_of, save_outside_hours, set_consent, set_hours_terms, set_pro_bono
from engagements.hours import clock, decimal
from engagements.models import Look, OutsideHours, Session, User
from engagements.models.audit import AuditEvent

BEGAN_ON = date(2025, 3, 1)


def hold(engagement, starts_at, minutes, kind="COACHING", status="HELD"):
    return Session.objects.create(engagement=engagement, starts_at=starts_at, minutes=minutes, kind=kind, status=status)


def moment(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.fixture
def began(cast):
    """Cora's training began on the first of March 2025."""
    set_hours_terms(coach=cast.cora, by=cast.cora, now=at(), training_began_on=BEGAN_ON)
    return cast


@pytest.fixture
def page(began, client):
    client.force_login(began.cora)
    return lambda name="coaching_hours", *args: client.get(reverse(name, args=args))


def elsewhere(coach, **said):
    known = {"client": "Team North", "contact": "team@north.example", "people": 1, "paid_minutes": 90}
    days = {"starts_on": date(2025, 4, 1), "ends_on": date(2025, 6, 1)}
    return save_outside_hours(coach=coach, by=coach, now=at(), **known | days | said)


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


# --- what counts ----------------------------------------------------------------------------------


def test_minutes_are_summed_exactly_and_never_rounded_up(began):
    for day in range(1, 4):
        hold(began.mine.engagement, moment(2025, 5, day, 9), 50)
    (row,) = log_of(began.cora).rows
    assert (row.paid, row.hours, decimal(row.paid)) == (150, ("2:30", "0:00", "2:30"), "2.50")
    assert [decimal(minutes) for minutes in (0, 1, 50, 59, 100, 599_999)] == [
        "0.00", "0.01", "0.83", "0.98", "1.66", "9999.98"
    ]  # fmt: skip
    assert clock(599_999) == "9999:59"


def test_totals_are_of_minutes_and_not_of_hours_cut_off(page, began):
    hold(began.mine.engagement, moment(2025, 5, 1, 9), 50)
    elsewhere(began.cora, paid_minutes=50)
    elsewhere(began.cora, paid_minutes=50)
    assert [row[7] for row in rows_of(page("coaching_hours_export", "csv"))[1:]] == ["0.83", "0.83", "0.83", "2.50"]


def test_chemistry_three_way_planned_missed_and_cancelled_meetings_do_not_count(began):
    mine = began.mine.engagement
    for hour, kind in enumerate(("CHEMISTRY", "THREE_WAY", "COACHING", "REVIEW")):
        hold(mine, moment(2025, 5, 1, 8 + hour), 10 ** (hour // 2) * 6, kind)
    hold(mine, moment(2025, 5, 2, 9), 300, status="MISSED")
    assert log_of(began.cora).total == 120


def test_hours_count_from_the_day_on_which_training_began_on_the_coachs_calendar(began):
    User.objects.filter(pk=began.cora.pk).update(time_zone="Europe/Berlin")
    coach = User.objects.get(pk=began.cora.pk)
    hold(began.mine.engagement, moment(2025, 2, 28, 22, 59), 40)  # the day before in Berlin
    hold(began.mine.engagement, moment(2025, 2, 28, 23, 0), 50)  # midnight in Berlin
    log = log_of(coach)
    assert log.total == 50
    assert log.rows[0].starts_on == BEGAN_ON


def test_a_session_over_the_change_of_clocks_counts_as_long_as_it_took(began):
    User.objects.filter(pk=began.cora.pk).update(time_zone="Europe/Berlin")
    hold(began.mine.engagement, moment(2025, 3, 30, 0, 30), 90)  # 1:30 to 4:00 on the wall
    hold(began.mine.engagement, moment(2025, 10, 26, 0, 30), 90)  # 2:30 to 3:00 on the wall
    log = log_of(User.objects.get(pk=began.cora.pk))
    assert (log.total, log.rows[0].ends_on) == (180, date(2025, 10, 26))


def test_as_long_as_the_day_is_not_said_nothing_counts_and_the_page_asks(cast, as_user):
    hold(cast.mine.engagement, moment(2025, 5, 1, 9), 50)
    elsewhere(cast.cora)
    client = as_user(cast.cora)
    text = client.get(reverse("coaching_hours")).content.decode()
    assert "From when do your hours count?" in text
    assert log_of(cast.cora).total == 0
    assert client.get(reverse("coaching_hours_export", args=["pdf"]))["Location"] == reverse("hours_terms")


def test_two_engagements_with_one_client_are_one_relationship_and_each_is_paid_or_not(began):
    mine = began.mine.engagement
    hold(mine, moment(2025, 5, 1, 9), 60)
    change_status(engagement=mine, to="COMPLETED", by=began.pia, now=at())
    again = active_engagement(program=began.mine.program, coach=began.cora, executive=began.emil, by=began.pia)
    hold(again, moment(2026, 5, 1, 9), 45)
    set_pro_bono(engagement=again, is_pro_bono=True, by=began.cora, now=at())
    set_consent(engagement=mine, what="hours", is_given=True, now=at())
    (row,) = log_of(began.cora).rows
    assert (row.paid, row.pro_bono, row.starts_on, row.ends_on) == (60, 45, date(2025, 5, 1), date(2026, 5, 1))
    assert row.client == "Client 1"  # agreed in one of the two only
    set_consent(engagement=again, what="hours", is_given=True, now=at())
    assert log_of(began.cora).rows[0].client == "Emil"


# --- who is named ---------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["csv", "xlsx", "pdf"])
def test_a_file_names_only_who_agreed_and_is_kept_nowhere(page, began, format):
    hold(began.mine.engagement, moment(2025, 5, 1, 9), 50)
    before = page("coaching_hours_export", format)
    assert before.status_code == 200
    assert "no-store" in before["Cache-Control"]
    assert "Emil" not in _text_of(before, format)
    set_consent(engagement=began.mine.engagement, what="hours", is_given=True, now=at())
    assert "Emil" in _text_of(page("coaching_hours_export", format), format)
    set_consent(engagement=began.mine.engagement, what="hours", is_given=False, now=at())
    assert "Emil" not in _text_of(page("coaching_hours_export", format), format)
    assert Look.objects.filter(what="EXPORT", subject_id=began.mine.engagement.pk).count() == 1


def _text_of(answer, format):
    if format == "csv":
        return answer.content.decode("utf-8-sig")
    if format == "xlsx":
        sheet = load_workbook(io.BytesIO(answer.content)).active
        return str([[cell.value for cell in row] for row in sheet.rows])
    assert answer.content.startswith(b"%PDF")
    assert b"/StructTreeRoot" in answer.content
    return log_of(answer.wsgi_request.user).rows[0].client  # letters in a PDF are numbers of a font


def test_the_page_tells_the_coach_whom_files_do_not_name(page, began):
    hold(began.mine.engagement, moment(2025, 5, 1, 9), 50)
    text = page().content.decode()
    assert "Client 1" in text
    assert "Emil, not named in files" in text


def test_the_executive_is_asked_once_and_the_mail_leads_to_their_page(began, as_user):
    address = reverse("hours_ask", args=[began.mine.engagement.pk])
    for _ in range(2):
        as_user(began.cora).post(address)
    letters = began.mine.engagement.letters.filter(kind="consent_hours")
    assert letters.count() == 1
    assert letters.get().link.purpose == "MINE"


def test_a_client_elsewhere_is_named_once_the_coach_says_they_agreed(began):
    row = elsewhere(began.cora)
    assert (log_of(began.cora).rows[0].client, log_of(began.cora).rows[0].contact) == ("Client 1", "")
    elsewhere(began.cora, row=row, has_consented=True)
    assert log_of(began.cora).rows[0].contact == "team@north.example"


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ['=HYPERLINK("http://x.example")', "+1", "-1+1", "@SUM(A1)", " =1+1"])
def test_no_cell_is_run_as_a_formula(page, began, typed):
    elsewhere(began.cora, client=typed, contact=typed, has_consented=True)
    row = rows_of(page("coaching_hours_export", "csv"))[1]
    assert (row[1], row[4]) == (f"'{typed}", f"'{typed}")
    sheet = load_workbook(io.BytesIO(page("coaching_hours_export", "xlsx").content)).active
    for cell in (sheet["B2"], sheet["E2"]):
        assert (cell.value, cell.data_type) == (typed, "s")


def test_a_format_nobody_knows_is_not_there(page):
    assert page("coaching_hours_export", "doc").status_code == 404


# --- clients elsewhere ----------------------------------------------------------------------------

TYPED = {
    "client": "Team", "contact": "", "people": "6", "starts_on": "2025-04-01", "ends_on": "2025-05-01",
    "paid_minutes": "1:35", "pro_bono_minutes": "0,5",
}  # fmt: skip


def test_hours_elsewhere_are_added_put_right_and_removed(began, as_user):
    client = as_user(began.cora)
    client.post(reverse("outside_hours_add"), TYPED)
    row = OutsideHours.objects.get()
    assert (row.people, row.paid_minutes, row.pro_bono_minutes, row.coach) == (6, 95, 30, began.cora)
    client.post(reverse("outside_hours_edit", args=[row.pk]), TYPED | {"people": "1", "paid_minutes": "12.99"})
    row.refresh_from_db()
    assert (row.people, row.paid_minutes) == (1, 779)  # 779.4 minutes
    client.post(reverse("outside_hours_remove", args=[row.pk]))
    assert not OutsideHours.objects.exists()
    assert not AuditEvent.objects.filter(detail__icontains="Team").exists()


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("starts_on", "2025-02-28"),  # before the training
        ("starts_on", "0001-01-01"),
        ("ends_on", "2025-03-31"),  # before the first session
        ("ends_on", f"{at(3).date()}"),
        ("people", "0"),
        ("people", "201"),
        ("paid_minutes", "1:60"),
        ("paid_minutes", "-3"),
        ("paid_minutes", "1001"),
        ("paid_minutes", "x" * 500),
        ("client", "x" * 121),
        ("client", "a\u202eb"),
        ("contact", "x" * 255),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_what_was_typed_stays(began, as_user, field, typed):
    answer = as_user(began.cora).post(reverse("outside_hours_add"), TYPED | {field: typed})
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert not OutsideHours.objects.exists()


def test_rows_that_begin_before_a_training_date_set_later_are_shown_and_not_counted(page, began):
    elsewhere(began.cora, starts_on=date(2025, 2, 1))
    assert log_of(began.cora).total == 0
    assert "These begin before your training did." in page().content.decode()


def test_rows_of_another_coach_do_not_exist(began, as_user):
    theirs, client = elsewhere(began.otto), as_user(began.cora)
    for name in ("outside_hours_edit", "outside_hours_remove"):
        assert client.post(reverse(name, args=[theirs.pk]), TYPED).status_code == 404
    for name in ("hours_paid", "hours_ask"):
        assert client.post(reverse(name, args=[began.other.engagement.pk])).status_code == 404
    assert log_of(began.cora).total == 0
    assert OutsideHours.objects.get() == theirs


def test_the_coach_says_which_hours_were_paid(began, as_user):
    hold(began.mine.engagement, moment(2025, 5, 1, 9), 50)
    address, client = reverse("hours_paid", args=[began.mine.engagement.pk]), as_user(began.cora)
    client.post(address, {"as": "pro_bono"})
    assert (log_of(began.cora).paid, log_of(began.cora).pro_bono) == (0, 50)
    client.post(address, {"as": "paid"})
    assert (log_of(began.cora).paid, log_of(began.cora).pro_bono) == (50, 0)


# --- progress and the letter ----------------------------------------------------------------------


def test_progress_says_in_words_what_is_reached_and_what_is_to_go(page, began, settings):
    settings.COACHING_THRESHOLDS = {"ACC": (2, 1, 1)}
    hold(began.mine.engagement, moment(2025, 5, 1, 9), 119)
    text = page().content.decode()
    assert "1:59 of 2 hours, 0:01 to go" in text
    assert "1:59 of 1 hours, reached" in text
    assert "1 of 1 clients, reached" in text


def test_thresholds_come_from_the_environment_or_the_start_is_refused(monkeypatch):
    known = {"ACC": (100, 75, 8), "PCC": (500, 450, 25)}
    monkeypatch.setenv("T", "ACC=120/90/9")
    assert environment.figures("T", known) == {"ACC": (120, 90, 9), "PCC": (500, 450, 25)}
    for wrong in ("ACC=120/90", "XYZ=1/1/1", "ACC=a/b/c", "ACC=0/0/0", "ACC"):
        monkeypatch.setenv("T", wrong)
        with pytest.raises(ImproperlyConfigured):
            environment.figures("T", known)


def test_an_employer_confirms_paid_hours_and_clients_of_a_period_without_names(began, as_user):
    mine = began.mine.engagement
    hold(mine, moment(2025, 5, 31, 23, 30), 45)
    hold(mine, moment(2025, 6, 1, 0, 0), 300)
    elsewhere(began.cora)
    client = as_user(began.cora)
    assert client.get(reverse("hours_letter"))["Location"] == reverse("hours_terms")
    set_hours_terms(coach=began.cora, by=began.cora, now=at(), is_internal=True)
    asked = {"organization": began.mine.organization.pk, "since": "2020-01-01", "until": "2025-05-31"}
    text = client.get(reverse("hours_letter"), asked).content.decode()
    assert "0:45 (0.75 hours)" in text
    assert "1 Mar 2025 to 31 May 2025" in text
    assert "Emil" not in text
    assert client.get(reverse("hours_letter_pdf"), asked).content.startswith(b"%PDF")
    early = client.get(reverse("hours_letter"), asked | {"until": "2025-02-28"}).content.decode()
    assert "Your hours count from 1 March 2025; the period ends before that." in early
    assert "I confirm" not in early
    theirs = asked | {"organization": began.other.organization.pk}
    assert "0:45" not in client.get(reverse("hours_letter"), theirs).content.decode()


def test_terms_are_saved_and_a_day_to_come_is_refused(began, as_user):
    client, address = as_user(began.cora), reverse("hours_terms")
    late = client.post(address, {"training_began_on": f"{at(9).date()}", "credential_sought": "ACC"})
    assert "training_began_on" in late.context["form"].errors
    client.post(address, {"training_began_on": "2024-01-01", "credential_sought": "PCC", "is_internal": "on"})
    profile = type(began.cora.coach_profile).objects.get(user=began.cora)
    assert (profile.training_began_on, profile.credential_sought, profile.is_internal) == (
        date(2024, 1, 1),
        "PCC",
        True,
    )
