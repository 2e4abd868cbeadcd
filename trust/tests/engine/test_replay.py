"""The replay: tolerant of what a real file may lack, strict about nonsense, and the same judgements as ever."""

import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from trust.benchmark.replay import COLUMNS
from trust.detection import judge

from .histories import course

HEADER = "engagement,session,on,status,coach_cognitive,coach_relational,executive_cognitive,executive_relational"
GOOD = "E1,1,2026-01-05,HELD,5,5,5.5,5"


def replayed(tmp_path, *lines, header=HEADER):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    call_command("trust_replay", str(source), str(target), stdout=StringIO())
    with target.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def refusal(tmp_path, *lines, header=HEADER):
    with pytest.raises(CommandError) as error:
        replayed(tmp_path, *lines, header=header)
    assert not (tmp_path / "out.csv").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"in.csv"}
    return str(error.value)


def test_every_session_gets_a_row_with_everything_that_was_judged(tmp_path):
    rows = replayed(tmp_path, GOOD, "E1,2,2026-01-19,MISSED,,,,", "E2,1,2026-01-05,HELD,,,,")
    assert [(r["engagement"], r["session"]) for r in rows] == [("E1", "1"), ("E1", "2"), ("E2", "1")]
    assert tuple(rows[0]) == COLUMNS
    assert all(r["reason"] for r in rows)


def test_a_replay_says_what_judging_says(tmp_path):
    history = course(5.2, 5.6, 5.8, 5.9, 5.9, 4.8, 4.2, 3.8)
    lines = [f"E1,{k},{e.on},HELD" + f",{e.coach_cognitive}" * 4 for k, e in enumerate(history, 1)]
    for row, j in zip(replayed(tmp_path, *lines), judge(history), strict=True):
        assert row["state"] == j.state
        assert float(row["p_regressing"]) == pytest.approx(j.p_regressing, abs=1e-6)
        assert float(row["p_stalled"]) == pytest.approx(j.p_stalled, abs=1e-6)
        assert (row["flag"] != "") == (j.alarm is not None)


def test_the_order_of_rows_and_further_columns_do_not_matter(tmp_path):
    second = "E1,2,2026-01-19,HELD,6,5,5.5,5"
    straight = replayed(tmp_path, GOOD, second)
    turned = replayed(tmp_path, f"{second},x", f"{GOOD},y", header=f"{HEADER},note")
    assert straight == turned


def test_missing_rating_and_status_columns_are_fine(tmp_path):
    rows = replayed(tmp_path, "E1,1,2026-01-05,5", "E1,2,2026-01-19,", header="engagement,session,on,coach_relational")
    assert len(rows) == 2


def test_short_rows_blank_lines_and_a_byte_order_mark_are_fine(tmp_path):
    assert len(replayed(tmp_path, GOOD, "", "E1,2,2026-01-19,HELD", header="\ufeff" + HEADER)) == 2


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("E1,2,2026-01-19,HELD,8,,,", "Row 3: coach_cognitive must be a number from 1 to 7 or blank, not '8'"),
        ("E1,2,2026-01-19,HELD,,,nan,", "Row 3: executive_cognitive must be a number"),
        ("E1,2,2026-01-19,HELD,,five,,", "Row 3: coach_relational must be a number"),
        ("E1,2,19.1.2026,HELD,,,,", "Row 3: on must be a date like 2026-03-31"),
        ("E1,2,0001-01-01,HELD,,,,", "Row 3: on must lie between 1990 and 2100"),
        ("E1,2,2026-01-19,DONE,,,,", "Row 3: status must be HELD or MISSED, not 'DONE'"),
        ("E1,2,2026-01-19,MISSED,5,,,", "Row 3: a missed session cannot have ratings"),
        ("E1,0,2026-01-19,HELD,,,,", "Row 3: session must be a whole number from 1"),
        ("E1,1.5,2026-01-19,HELD,,,,", "Row 3: session must be a whole number from 1"),
        (",2,2026-01-19,HELD,,,,", "Row 3: no engagement"),
        ("E1,1,2026-01-19,HELD,,,,", "Row 3: E1, session 1 stands in row 2 already"),
        ("E1,2,2026-01-04,HELD,,,,", "Row 3: E1, session 2 is dated before session 1 in row 2"),
        ("E1,2,2026-01-19,HELD,,,,,,", "Row 3: 10 values for 8 columns"),
    ],
)
def test_nonsense_is_refused_with_the_number_of_its_row(tmp_path, line, complaint):
    assert complaint in refusal(tmp_path, GOOD, line)


def test_all_nonsense_is_listed_up_to_a_limit(tmp_path):
    message = refusal(tmp_path, *["E1,x,2026-01-19,HELD,,,,"] * 30)
    assert "Row 2:" in message
    assert "Row 21:" in message
    assert "and 10 more" in message


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        ("engagement,session,status", "Row 1: the header lacks on"),
        ("", "the header lacks engagement, session, on"),
        ("engagement,session,on,on", "Row 1: the header names on twice"),
    ],
)
def test_a_header_that_cannot_be_read_is_refused(tmp_path, header, complaint):
    assert complaint in refusal(tmp_path, GOOD, header=header)


def test_a_file_without_sessions_is_refused(tmp_path):
    assert "holds no session" in refusal(tmp_path)


def test_a_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / "in.csv").write_bytes(b"engagement,session,on\nE1,1,\xff\xfe")
    with pytest.raises(CommandError, match="not text in UTF-8"):
        call_command("trust_replay", str(tmp_path / "in.csv"), str(tmp_path / "out.csv"))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"No such file.*nowhere\.csv"):
        call_command("trust_replay", str(tmp_path / "nowhere.csv"), str(tmp_path / "out.csv"))


def test_the_sessions_are_never_overwritten(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(f"{HEADER}\n{GOOD}\n")
    with pytest.raises(CommandError, match="would overwrite the sessions"):
        call_command("trust_replay", str(source), str(source))
    assert source.read_text().startswith(HEADER)
