"""Rosters: what is new, unchanged, changed or refused, by command and in the browser."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from coaching.tests.cast import at
from engagements.actions.people import add_program
from engagements.models import (
    AuditEvent,
    Engagement,
    Executive,
    ImportRun,
    ImportStatus,
    Objective,
    Organization,
    Program,
    SealedText,
    Status,
    User,
)
from trust.tasks import carry_out_import, sweep_imports

HEADER = (
    "Program;Organization;Coach e-mail;Executive;Executive e-mail;Role;Start date;Sessions agreed;Cadence (weeks);"
    "Stated objective"
)
ROWS = [
    "Rising;Acme;demo1@coaches.example;Ana Demo;ana@client.example;CFO;18.02.2026;12;2;Listen first",
    "Rising;Acme;demo2@coaches.example;Bo Demo;bo@client.example;Plant manager;04.10.2025;10;4;=SUM(1,2)",
    "Rising;Other Works;demo1@coaches.example;Cy Demo;cy@client.example;CFO;05.10.2025;8;2;",
]


def write(folder, *rows, header=HEADER, name="roster.csv", encoding="utf-8-sig"):
    path = folder / name
    path.write_bytes("\r\n".join([header, *rows, ""]).encode(encoding))
    return path


def run(name, path, *options):
    out = StringIO()
    call_command(name, str(path), "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def counts(result):
    return tuple(result[name] for name in ("new", "unchanged", "changed", "refused"))


def test_a_roster_makes_programs_coaches_executives_and_active_engagements(db, tmp_path):
    assert counts(run("import_roster", write(tmp_path, *ROWS))) == (3, 0, 0, 0)
    assert set(Program.objects.values_list("organization__name", "name")) == {
        ("Acme", "Rising"),
        ("Other Works", "Rising"),
    }
    coach = User.objects.get(email="demo1@coaches.example")
    assert (coach.is_active, coach.holds_coach_profile, coach.has_usable_password()) == (False, True, False)
    ana = Engagement.objects.get(executive__email="ana@client.example")
    assert (ana.status, ana.session_budget, ana.cadence_weeks, f"{ana.starts_on}") == ("ACTIVE", 12, 2, "2026-02-18")
    assert ana.agreements.get().is_accepted
    assert Objective.objects.count() == 2
    assert not any(b"Listen first" in bytes(text.sealed) for text in SealedText.objects.all())


def test_the_same_roster_again_changes_nothing(db, tmp_path):
    path = write(tmp_path, *ROWS)
    run("import_roster", path)
    before = (Engagement.objects.count(), User.objects.count(), Objective.objects.count(), AuditEvent.objects.count())
    assert counts(run("import_roster", path)) == (0, 3, 0, 0)
    assert before == (
        Engagement.objects.count(), User.objects.count(), Objective.objects.count(), AuditEvent.objects.count(),
    )  # fmt: skip


def test_a_dry_run_changes_nothing(db, tmp_path):
    assert counts(run("import_roster", write(tmp_path, *ROWS), "--dry-run")) == (3, 0, 0, 0)
    assert not Engagement.objects.exists()
    assert not User.objects.exists()


def test_changed_rows_say_what_changes_and_change_it(db, tmp_path):
    run("import_roster", write(tmp_path, *ROWS))
    changed = [ROWS[0].replace(";12;2;", ";14;2;").replace("CFO", "CEO"), *ROWS[1:]]
    result = run("import_roster", write(tmp_path, *changed))
    assert counts(result) == (0, 2, 1, 0)
    assert result["changed_rows"] == [{"row": 2, "reason": "Sessions agreed: 12 → 14. Role: CFO → CEO."}]
    ana = Engagement.objects.get(executive__email="ana@client.example")
    assert (ana.session_budget, ana.executive.role) == (14, "CEO")
    assert counts(run("import_roster", write(tmp_path, *changed))) == (0, 3, 0, 0)


FLAWED = {
    "Rising;Acme;demo1@coaches.example;Di;di@client.example;CFO;31.02.2026;10;2;": "a date no calendar has",
    "Rising;Acme;not-an-address;Di;di@client.example;CFO;03.02.2026;ten;2;": "“ten” is not a number",
    "Rising;Acme;not-an-address;Di;di@client.example;CFO;03.02.2026;10;2;": "not an e-mail address",
    "Rising;Other Works;demo1@coaches.example;Ana Demo;ana@client.example;CFO;18.02.2026;10;2;": "Acme in row 2",
    ";;;;;;;;;": "The row is empty.",
    "Rising;Acme;demo1@coaches.example;Zoë Ōkubo-Müller;zoe@client.example;CFO;05.10.2026;0;2;": "between 1 and 200",
    "Rising;Acme;demo1@coaches.example;Di;di@client.example;CFO;05.10.2026;8;99;": "not between 1 and 26",
    "Rising;;demo1@coaches.example;Di;di@client.example;CFO;05.10.2026;8;2;": "Organization: is missing",
    "Rising;Acme;demo1@coaches.example;Di;demo1@coaches.example;CFO;05.10.2026;8;2;": "the same e-mail address",
    "Rising;Acme;demo1@coaches.example;Ana Demo;ana@client.example;CFO;18.02.2026;99;2;": "Row 2 is about the same",
    "Rising;Acme;demo1@coaches.example;Di;di@client.example;CFO;05.10.2026;8;2;;;;;more": "1 more cell than the header",
    f"{'x' * 121};Acme;demo1@coaches.example;Di;di@client.example;CFO;05.10.2026;8;2;": "longer than 120 characters",
}  # fmt: skip


def test_every_flawed_row_is_refused_with_its_own_reason_and_row_number(db, tmp_path):
    result = run("import_roster", write(tmp_path, *ROWS, *FLAWED, ROWS[0]))
    assert counts(result) == (3, 1, 0, len(FLAWED))
    assert [row["row"] for row in result["refused_rows"]] == list(range(5, 5 + len(FLAWED)))
    for row, words in zip(result["refused_rows"], FLAWED.values(), strict=True):
        assert words in row["reason"]


def test_an_address_known_at_another_organization_is_refused_in_a_later_file(db, tmp_path):
    run("import_roster", write(tmp_path, *ROWS))
    row = "Rising;Other Works;demo1@coaches.example;Ana Demo;ana@client.example;CFO;18.02.2026;10;2;"
    result = run("import_roster", write(tmp_path, row))
    assert "known at Acme" in result["refused_rows"][0]["reason"]


def test_another_coach_for_a_known_engagement_is_refused(db, tmp_path):
    run("import_roster", write(tmp_path, *ROWS))
    result = run("import_roster", write(tmp_path, ROWS[0].replace("demo1@", "demo2@")))
    assert "another coach" in result["refused_rows"][0]["reason"]


def test_agreements_not_yet_accepted_leave_engagements_proposed(db, tmp_path):
    run("import_roster", write(tmp_path, *ROWS), "--not-accepted")
    assert set(Engagement.objects.values_list("status", flat=True)) == {Status.PROPOSED}


def test_an_engagement_that_starts_later_is_contracted(db, tmp_path):
    later = f"{timezone.now() + timedelta(days=30):%d.%m.%Y}"
    run("import_roster", write(tmp_path, ROWS[0].replace("18.02.2026", later)))
    assert Engagement.objects.get().status == Status.CONTRACTED


def test_ambiguous_dates_are_not_guessed(db, tmp_path):
    path = write(tmp_path, ROWS[0].replace("18.02.2026", "03/04/2026"))
    with pytest.raises(CommandError, match="day or month first"):
        call_command("import_roster", str(path))
    run("import_roster", path, "--dates", "month-first")
    assert f"{Engagement.objects.get().starts_on}" == "2026-03-04"


def test_the_command_prints_a_table_and_says_what_is_wrong_with_a_file(db, tmp_path):
    out = StringIO()
    call_command("import_roster", str(write(tmp_path, *ROWS, ";;;;;;;;;", ROWS[0])), "--dry-run", stdout=out)
    for words in (
        "Semicolon",
        "Day, month, year",
        "New                3",
        "Refused            1",
        "empty",
        "nothing was changed",
    ):
        assert words in out.getvalue()
    with pytest.raises(CommandError, match="Cannot read"):
        call_command("import_roster", str(tmp_path / "nowhere.csv"))
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("import_roster", str(tmp_path / "nowhere.csv"), "--json", stdout=out)
    assert "Cannot read" in json.loads(out.getvalue())["error"]


# --- in the browser -----------------------------------------------------------------------------


def upload(client, content, *, kind="roster", name="my roster.csv", **fields):
    data = {"file": SimpleUploadedFile(name, content), "accepted": "on", "time_zone": "Europe/Berlin", **fields}
    return client.post(f"/imports/new/{kind}/", data)


def roster(*rows, header=HEADER):
    return "\r\n".join([header, *rows]).encode()


def carry_out(client, run):
    client.post(f"/imports/{run.pk}/carry-out/")
    carry_out_import(str(run.pk))
    run.refresh_from_db()
    return run


def test_an_administrator_looks_first_and_then_imports(as_user, cast):
    client = as_user(cast.ada)
    run = ImportRun.objects.get(pk=upload(client, roster(*ROWS, ";;;;;;;;;", ROWS[0])).url.split("/")[2])
    page = client.get(f"/imports/{run.pk}/").content.decode()
    for words in ("my roster.csv", "Semicolon", "3 new will be taken over", "The row is empty.", "New coach account"):
        assert words in page
    assert Engagement.objects.count() == 2
    assert carry_out(client, run).counts == {"new": 3, "changed": 0, "unchanged": 1, "refused": 1}
    assert Engagement.objects.count() == 5
    assert Program.objects.get(name="Rising", organization__name="Acme").time_zone == "Europe/Berlin"
    page = client.get(f"/imports/{run.pk}/done/").content.decode()
    assert "The row is empty." in page


def test_rows_can_be_filtered_by_outcome(as_user, cast):
    client = as_user(cast.ada)
    response = upload(client, roster(*ROWS, ";;;;;;;;;", ROWS[0]))
    page = client.get(f"{response.url}?show=REFUSED").content.decode()
    assert "The row is empty." in page
    assert "Ana Demo, Rising" not in page
    assert client.get(f"{response.url}?show=nonsense&page=99").status_code == 200


def test_a_changed_mapping_is_used(as_user, cast):
    client = as_user(cast.ada)
    header = HEADER.replace("Executive;", "Who;").replace("Role", "Executive")
    url = upload(client, roster(*ROWS, header=header)).url
    columns = ["program", "organization", "coach_email", "executive_name", "executive_email", "role", "starts_on"]
    chosen = {f"column_{key}": position for position, key in enumerate(columns)}
    formats = {"encoding": "utf-8", "delimiter": ";"}
    twice = client.post(url, {**formats, **chosen, "column_role": 3})
    assert "chosen for" in twice.content.decode()
    missing = client.post(url, {**formats, **chosen, "column_starts_on": ""})
    assert "Choose the column" in missing.content.decode()
    assert client.post(url, formats | chosen).status_code == 302
    carry_out(client, ImportRun.objects.get())
    assert Executive.objects.get(email="ana@client.example").name == "Ana Demo"
    assert not Objective.objects.filter(engagement__executive__email="ana@client.example").exists()


def test_a_program_manager_brings_rows_of_own_programs_only_and_learns_of_no_other(as_user, cast):
    client = as_user(cast.pia)
    mine, theirs = cast.mine.program, cast.other.program
    tail = "new{}@client.example;CFO;18.02.2026;8;2;"
    rows = [
        f"{program};{organization};{cast.cora.email};New;{tail.format(number)}"
        for number, (program, organization) in enumerate(
            [(mine.name, mine.organization), (theirs.name, theirs.organization), ("No such", "No such")]
        )
    ]
    run = ImportRun.objects.get(pk=upload(client, roster(*rows)).url.split("/")[2])
    assert client.get(f"/imports/{run.pk}/").content.decode().count("This is not a program of yours.") == 2
    assert carry_out(client, run).counts == {"new": 1, "changed": 0, "unchanged": 0, "refused": 2}
    assert not Organization.objects.filter(name="No such").exists()


def test_a_program_manager_makes_nobody_a_coach_who_has_an_account(as_user, cast):
    program = cast.mine.program
    row = f"{program.name};{program.organization};{cast.pia.email};New;new@client.example;CFO;18.02.2026;8;2;"
    page = as_user(cast.pia).get(upload(as_user(cast.pia), roster(row)).url).content.decode()
    assert "an account without a coach profile" in page


def test_an_executive_of_an_unseen_program_of_the_same_organization_is_the_same_person(as_user, cast):
    unseen = add_program(organization=cast.mine.organization, name="Unseen", by=None, now=at())
    cast.mine.engagement.program = unseen
    cast.mine.engagement.save()
    program = cast.mine.program
    row = f"{program.name};{program.organization};{cast.cora.email};Emil;{cast.emil.email};;18.02.2026;8;2;"
    client = as_user(cast.pia)
    run = ImportRun.objects.get(pk=upload(client, roster(row)).url.split("/")[2])
    assert carry_out(client, run).counts["new"] == 1
    assert Executive.objects.filter(email=cast.emil.email).count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "empty"), (b"\x00\x01\x02", "NUL"), (b"%PDF-1", "PDF"), (b"PK\x03\x04x", "XLSX"),
     (b"x" * 10_490_000, "10 MB")]
)  # fmt: skip
def test_a_bad_file_gives_a_message_beside_the_field(as_user, cast, content, words):
    response = upload(as_user(cast.ada), content)
    assert response.status_code == 200
    assert words in " ".join(response.context["form"].errors["file"])
    assert not ImportRun.objects.exists()


def test_no_file_gives_a_message_beside_the_field(as_user, cast):
    response = as_user(cast.ada).post("/imports/new/roster/", {"time_zone": "UTC"})
    assert response.context["form"].errors["file"] == ["Choose a file first."]


def test_nothing_of_the_file_stands_unsealed_in_the_database_and_it_goes_when_done(as_user, cast):
    client = as_user(cast.ada)
    run = ImportRun.objects.get(pk=upload(client, roster(*ROWS, ";;;;;;;;;x", ROWS[0])).url.split("/")[2])
    for value in ImportRun.objects.values().get().values():
        assert b"Ana Demo" not in (bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode())
        assert b"my roster" not in (bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode())
    assert carry_out(client, run).sealed_file is None


def test_the_work_done_twice_is_done_once(as_user, cast):
    client = as_user(cast.ada)
    run = ImportRun.objects.get(pk=upload(client, roster(*ROWS)).url.split("/")[2])
    assert carry_out(client, run).status == ImportStatus.DONE
    client.post(f"/imports/{run.pk}/carry-out/")
    carry_out_import(str(run.pk))
    run.refresh_from_db()
    assert run.counts["new"] == 3


def test_what_goes_wrong_takes_nothing_over_and_says_so(as_user, cast):
    client = as_user(cast.ada)
    run = ImportRun.objects.get(pk=upload(client, roster(*ROWS)).url.split("/")[2])
    User.objects.filter(pk=cast.ada.pk).update(is_administrator=False)
    client.post(f"/imports/{run.pk}/carry-out/")
    ImportRun.objects.filter(pk=run.pk).update(status=ImportStatus.QUEUED)
    carry_out_import(str(run.pk))
    run.refresh_from_db()
    assert (run.status, run.sealed_file) == (ImportStatus.FAILED, None)
    assert Engagement.objects.count() == 2


def test_a_run_is_its_owners_alone_and_goes_after_a_day(as_user, cast):
    url = upload(as_user(cast.ada), roster(*ROWS)).url
    assert as_user(cast.pia).get(url).status_code == 404
    assert as_user(cast.ada).get(url).status_code == 200
    ImportRun.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert as_user(cast.ada).get(url).status_code == 404
    sweep_imports()
    assert not ImportRun.objects.exists()


def test_refused_rows_are_downloaded_with_harmless_cells(as_user, cast):
    client = as_user(cast.ada)
    url = upload(client, roster("=1+1;Acme;nobody;+Di;di@client.example;;03.02.2026;8;2;x")).url
    response = client.get(f"{url}refused.csv")
    text = response.content.decode("utf-8-sig")
    assert response["Content-Disposition"].startswith("attachment")
    assert "'=1+1,Acme,nobody,'+Di" in text
    assert text.startswith("Row,Reason,Program")


@pytest.mark.parametrize(
    ("person", "roster_status", "own_status"),
    [("ada", 200, 404), ("pia", 200, 404), ("cora", 404, 200), ("sten", 404, 404)],
)
def test_who_may_bring_what(as_user, cast, person, roster_status, own_status):
    client = as_user(getattr(cast, person))
    assert client.get("/imports/new/roster/").status_code == roster_status
    assert client.get("/imports/new/history/").status_code == own_status
    assert client.get("/imports/new/calendar/").status_code == own_status
    assert client.get("/imports/").status_code == (404 if person == "sten" else 200)
