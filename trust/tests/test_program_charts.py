"""Geometry of a program's charts: the bar of its plan, its months, the curve and the map of its quarters."""

import pytest

from trust.charts.cohort import SIZES, Column, Level, curve, heat_map, shade
from trust.charts.plan import PLAN_SIZES, STAGE_SIZES, level_step, plan_chart, stacked_chart
from trust.instrument import Strand

pytestmark = pytest.mark.once

PARTS = {"part-held": 30, "part-booked": 10, "part-left": 60}


@pytest.mark.parametrize("size", PLAN_SIZES)
def test_parts_of_the_plan_fill_the_bar_one_after_the_other(size):
    pieces = plan_chart(PARTS, {}, size).pieces
    ends = [(float(one.x), float(one.x) + float(one.width)) for one in pieces]
    assert ends[0][0] == size.left
    assert ends[-1][1] == pytest.approx(size.right, abs=0.3)
    assert [end for _, end in ends[:-1]] == pytest.approx([start for start, _ in ends[1:]], abs=0.3)
    assert float(pieces[0].width) == pytest.approx(0.3 * size.inner, abs=0.1)


def test_what_is_nothing_is_not_drawn_and_nothing_at_all_is_no_chart():
    assert [one.css for one in plan_chart({"part-held": 0, "part-left": 5}, {}, PLAN_SIZES[0]).pieces] == ["part-left"]
    assert plan_chart({"part-held": 0}, {}, PLAN_SIZES[0]) is None


@pytest.mark.parametrize("size", PLAN_SIZES)
@pytest.mark.parametrize(("place", "anchor"), [(0, "start"), (50, "middle"), (100, "end"), (250, "end")])
def test_words_stand_at_their_mark_and_inside_the_page(size, place, anchor):
    (mark,) = plan_chart(PARTS, {"mark-due": (place, "by the time")}, size).marks
    assert mark.anchor == anchor
    assert size.left <= float(mark.x) <= size.right


def test_what_differs_in_colour_differs_in_pattern_too():
    drawn = plan_chart(PARTS, {}, PLAN_SIZES[0]).pieces
    assert len({one.pattern for one in drawn}) == 3
    stages = {"stage-active": 1, "stage-paused": 1, "stage-agreed": 1, "stage-arranged": 1}
    (bar,) = stacked_chart([("Jan", stages)], STAGE_SIZES[0]).bars
    assert len({one.pattern for one in bar.pieces}) == 4


@pytest.mark.parametrize(("highest", "step"), [(0, 1), (5, 1), (6, 2), (25, 5), (26, 10), (42, 10), (4800, 1000)])
def test_levels_are_round_and_at_most_five(highest, step):
    assert level_step(highest) == step
    chart = stacked_chart([("Jan", {"stage-active": highest})], STAGE_SIZES[0])
    assert len(chart.levels) <= 6
    assert int(chart.levels[-1].label) >= highest


def test_bars_stand_on_the_foot_and_pieces_on_each_other():
    size = STAGE_SIZES[0]
    (bar,) = stacked_chart([("Jan", {"stage-active": 3, "stage-paused": 1})], size).bars
    below, above = bar.pieces
    assert float(below.y) + float(below.height) == size.bottom
    assert float(above.y) + float(above.height) == pytest.approx(float(below.y), abs=0.2)
    assert bar.total == "4"


def test_a_phone_names_every_other_month_and_the_last_one():
    bars = stacked_chart([(str(k), {"stage-active": 1}) for k in range(12)], STAGE_SIZES[1]).bars
    assert [bar.label for bar in bars if bar.label] == ["1", "3", "5", "7", "9", "11"]


# --- quarters -------------------------------------------------------------------------------------


def column(label, value):
    level = None if value is None else Level(value, f"{value}", False)
    return Column(label, "n = 9", dict.fromkeys(Strand, level))


def test_a_line_breaks_where_a_quarter_is_withheld():
    values = (4.0, None, 5.0, 5.5)
    line = curve([column(str(k), value) for k, value in enumerate(values)], SIZES[0]).lines[0]
    assert (line.line.count("M"), line.line.count("L")) == (2, 1)
    assert len(line.marks) == 3


def test_a_phone_shows_the_latest_quarters():
    columns = [column(str(k), 4.0) for k in range(12)]
    wide, narrow = (curve(columns, size) for size in SIZES)
    assert [tick.label for tick in narrow.labels] == ["8", "9", "10", "11"]
    assert len(wide.labels) == 12


def test_higher_trust_stands_higher_and_is_darker():
    low, high = curve([column("1", 2.0), column("2", 6.0)], SIZES[0]).lines[0].marks
    assert float(high[0].split()[1].split("a")[0]) < float(low[0].split()[1].split("a")[0])
    assert [shade(Level(value, "", False)) for value in (1.1, 3.5, 4, 6.9, 7)] == [
        "shade-1", "shade-3", "shade-3", "shade-5", "shade-5",
    ]  # fmt: skip


def test_fields_that_are_withheld_all_look_alike():
    rows = [("Everybody", [Level(4.0, "4.0", False), None]), ("Sessions 1–3", [None, None])]
    drawn = heat_map(Strand.COGNITIVE, ["Q1", "Q2"], rows, SIZES[0])
    withheld = [one for row in drawn.rows for one in row.fields if not one.words]
    assert len(withheld) == 3
    assert {(one.css, one.words, one.width) for one in withheld} == {("shade-none", "", withheld[0].width)}
