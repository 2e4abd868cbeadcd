"""Files that are not what they say, that never end, or that carry markup: refused with a reason, or read as text."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from engagements.models import ImportRun, ImportStatus
from trust.tasks import carry_out_import


def xlsx(sheet=b"", **parts):
    """A spreadsheet of hand-made parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", parts.get("workbook", b"<workbook/>"))
        package.writestr("xl/worksheets/sheet1.xml", sheet)
    return file.getvalue()


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><workbook>&b;</workbook>'
HEAD = b"client_email,date,start,minutes,attended,note\n"
ROW = b"emil@client.example,2026-01-05,10:00,60,yes,"


def rows(usual, *odd):
    """A history with one row for each odd value."""
    return HEAD + b"".join(ROW.replace(usual, value) + b"\n" for value in odd)


def event(*lines):
    inside = "\r\n".join(
        ("BEGIN:VEVENT", "UID:a", "DTSTART:20260105T100000Z", "ATTENDEE:mailto:emil@client.example", *lines)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{inside}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".encode()


FILES = {
    "empty": b"",
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "nulls": b"\0" * 5000,
    "null cell": HEAD + ROW + b"a\0b\n",
    "half characters": HEAD + ROW + b"\xed\xa0\x80\n",
    "half characters in UTF-16": (HEAD + ROW).decode().encode("utf-16") + b"\x00\xd8\n\0",
    "no rows": HEAD,
    "one long cell": HEAD + ROW + b"x" * 1_000_000 + b"\n",
    "many columns": b",".join(b"c%d" % n for n in range(20_000)) + b"\n1\n",
    "open quote": HEAD + b'"' + b"x" * 200_000,
    "odd dates": rows(b"2026-01-05", b"0001-01-01", b"9999-12-31", b"99999999999999", b"-1", b"1e309"),
    "odd numbers": rows(b"60", b"1e309", b"-5", b"NaN", b"9" * 400),
    "odd times": rows(b"10:00", b"99:99", b"24:00", b"-1", "٣:٣٠".encode()),
    "zip that is no spreadsheet": xlsx(b"<a"),
    "spreadsheet that laughs": xlsx(workbook=LAUGHS),
    "bomb": xlsx(b"<a>" + b" " * 90_000_000),
    "cut spreadsheet": xlsx(b"<worksheet/>")[:200],
    "calendar": event("SUMMARY:x"),
    "calendar of seconds": event("RRULE:FREQ=SECONDLY"),
    "calendar for ever": event("RRULE:FREQ=DAILY;INTERVAL=0"),
    "calendar on the spot": event("RRULE:FREQ=DAILY", "EXRULE:FREQ=DAILY;INTERVAL=0"),
    "calendar of long ago": event("RRULE:FREQ=DAILY").replace(b":20260105T", b":00010105T"),
    "calendar of no day": event("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
    "calendar of many dates": event("RDATE:" + ",".join(["20260105T100000Z"] * 100_000)),
    "calendar of all seconds": event("RRULE:FREQ=DAILY;BYSECOND=" + ",".join(map(str, range(60)))),
    "calendar beyond time": event("RRULE:FREQ=YEARLY;UNTIL=99991231T000000Z", "DTEND:99991231T235959Z"),
    "calendar of year one": event("RDATE:00010101T000000Z", "DURATION:P99999999D"),
    "calendar without sense": event("RRULE:FREQ=NEVER", "DTEND:yesterday", "EXDATE:;;;"),
    "calendar of odd zones": event("DTEND;TZID=Mars/Olympus:20260105T110000", "RECURRENCE-ID;TZID=x:20260105T100000"),
    "calendar of nulls": event("LOCATION:a\0b", "URL:https://\0"),
    "calendar in calendars": b"BEGIN:VCALENDAR\r\n" * 2000 + b"BEGIN:VEVENT\r\n" * 2000,
}  # fmt: skip


@pytest.mark.parametrize("kind", ["roster", "history", "calendar"])
def test_files_that_lie_about_themselves_are_refused_with_a_reason_or_read(kind, cast, as_user):
    client = as_user(cast.pia if kind == "roster" else cast.cora)
    for name, content in FILES.items():
        file = SimpleUploadedFile("\u202eTable\0.csv", content, content_type="image/png")
        answer = client.post(reverse("import_start", args=[kind]), {"file": file, "time_zone": "UTC"}, follow=True)
        assert answer.status_code == 200, name
        if answer.redirect_chain:
            _look_and_carry_out(client, answer.redirect_chain[-1][0], name)
        else:
            assert "invalid-feedback" in answer.content.decode(), name


def _look_and_carry_out(client, review, name):
    for page in (review, f"{review}refused.csv"):
        assert client.get(page).status_code in (200, 302), name
    assert client.post(f"{review}carry-out/").status_code == 302, name
    carry_out_import(str(ImportRun.objects.get(status=ImportStatus.QUEUED).pk))
    done = client.get(f"{review}done/")
    assert done.status_code == 200, name
    assert "our side" not in done.content.decode(), name
    assert client.post(f"{review}discard/").status_code == 302, name


MARKUP = "<b id='x'>{{ 7 }}</b>"


def test_markup_in_a_file_is_shown_as_text(cast, as_user):
    table = f"client_email,date,start,{MARKUP}\n{MARKUP},{MARKUP},{MARKUP},{MARKUP}\n".encode()
    calendar = event(f"SUMMARY:{MARKUP}", f"LOCATION:{MARKUP}")
    for kind, content in (("history", table), ("calendar", calendar)):
        file = SimpleUploadedFile(f"{MARKUP}.csv", content)
        page = as_user(cast.cora).post(reverse("import_start", args=[kind]), {"file": file}, follow=True)
        assert page.redirect_chain, kind
        assert kind == "calendar" or "&lt;b id=" in page.content.decode()
        assert "<b id=" not in page.content.decode(), kind


def test_markup_in_names_is_shown_as_text_to_everybody(cast, as_user):
    for row in (cast.emil, cast.cora, cast.pia, cast.mine.program, cast.mine.organization):
        row.name = MARKUP
        row.save()
    engagement, program = [cast.mine.engagement.pk], [cast.mine.program.pk]
    pages = {
        "cora": ["home", "engagement_detail", "executive_edit", "session_schedule", "engagement_status"],
        "pia": [
            "portfolio",
            "program_list",
            "program_detail",
            "program_edit",
            "engagement_create",
            "engagement_detail",
        ],
        "ada": ["admin:engagements_executive_changelist", "admin:engagements_program_changelist", "admin:index"],
    }
    for name, routes in pages.items():
        client = as_user(getattr(cast, name))
        for route in routes:
            args = program if route in ("program_detail", "program_edit") else engagement
            page = client.get(
                reverse(route, args=args if "_" in route and "list" not in route and "create" not in route else [])
            )
            assert page.status_code == 200, route
            assert "<b id=" not in page.content.decode(), route
