"""Geometry of the trust chart."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from trust.charts import NARROW, WIDE, Event, Level, Moment, event_kinds, trust_chart
from trust.charts.axes import Scale, number, ticks
from trust.charts.moments import EVENT_PATHS, EVENT_WORDS
from trust.instrument import Strand
from trust.templatetags.trust_chart import trust_chart as trust_chart_markup

START = date(2026, 1, 5)


def moment(week, cognitive, relational, **more):
    levels = {Strand.COGNITIVE: Level(cognitive, 0.3), Strand.RELATIONAL: Level(relational, 0.3)}
    said = {strand: level.value for strand, level in levels.items()}
    on = START + timedelta(weeks=week)
    return Moment(on, f"Session {week}", estimate=levels, coach_read=said, **more)


def chart_of(moments, frame=WIDE):
    return trust_chart(moments, frame, starts_on=START, until=START + timedelta(weeks=20))


def places(path):
    """The corner points of a path of absolute moves and lines."""
    return [tuple(map(float, pair.split())) for pair in re.split("[ML]", path.rstrip("z")) if pair]


def test_no_moment_makes_no_chart():
    assert chart_of([]) is None


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_time_runs_to_the_right_and_a_higher_level_stands_higher(frame):
    strand = chart_of([moment(2, 4, 4), moment(6, 5, 3)], frame).strands[0]
    (x1, y1), (x2, y2) = places(strand.line)
    assert frame.left < x1 < x2 < frame.right
    assert frame.top < y2 < y1 < frame.bottom


def test_a_single_estimate_is_a_dot_without_a_band():
    strand = chart_of([moment(2, 4, 4)]).strands[0]
    assert strand.line.endswith("h0")
    assert strand.band == ""


def test_a_moment_without_estimates_draws_marks_only():
    said = {Strand.COGNITIVE: 4.0}
    chart = chart_of([Moment(START, "Session 1", coach_read=said, check_in=said)])
    cognitive, relational = chart.strands
    assert (cognitive.line, cognitive.band, cognitive.label) == ("", "", "")
    assert [mark.is_check_in for mark in cognitive.marks] == [False, True]
    assert relational.marks == ()


def test_all_at_the_maximum_stays_inside_the_plot_and_the_labels_keep_apart():
    chart = chart_of([moment(week, 7, 7) for week in range(1, 9)])
    for strand in chart.strands:
        assert all(WIDE.top <= y <= WIDE.bottom for _, y in places(strand.band))
    over, under = sorted(float(strand.label_y) for strand in chart.strands)
    assert under - over >= 15.9


def test_the_band_holds_the_line():
    strand = chart_of([moment(2, 4, 4), moment(6, 5, 3), moment(9, 5.5, 3)]).strands[0]
    corners, line = places(strand.band), places(strand.line)
    for place, (x, y) in enumerate(line):
        assert corners[place][0] == x
        assert corners[place][1] < y < corners[-1 - place][1]


def test_a_level_carried_to_today_is_drawn_apart_from_the_line():
    strand = chart_of([moment(2, 4, 4), moment(6, 5, 3), moment(9, 5, 3, is_waiting=True)]).strands[0]
    assert len(places(strand.line)) == 2
    assert places(strand.waiting)[0] == places(strand.line)[-1]


def test_equal_marks_of_one_session_stand_side_by_side():
    said = {Strand.COGNITIVE: 5.0, Strand.RELATIONAL: 5.0}
    chart = chart_of([Moment(START, "Session 1", coach_read=said, check_in=said)])
    starts = [mark.path.split()[0] for strand in chart.strands for mark in strand.marks]
    assert len(set(starts)) == 4


def test_every_moment_answers_with_everything_it_knows():
    said = {Strand.COGNITIVE: 5.25, Strand.RELATIONAL: 4.5}
    event = Event("FLAG", "Flag: stalled")
    spot = chart_of([moment(3, 5, 4, check_in=said, events=(event,))]).spots[0]
    words = "Session 3. Estimate: cognitive 5.0, relational 4.0. Coach's read: cognitive 5.0, relational 4.0. "
    assert spot.words == words + "Check-in: cognitive 5.2, relational 4.5. Flag: stalled."
    shown = [cell.text for row in spot.rows for cell in row.cells]
    assert shown[-4:] == ["Check-in", "5.2", "4.5", "Flag: stalled"]


@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_tips_stay_inside_and_reaches_do_not_overlap(frame):
    chart = chart_of([moment(week, 5, 4) for week in range(21)], frame)
    for spot in chart.spots:
        assert 0 <= float(spot.tip_x) <= frame.width - frame.tip_width
        assert 0 <= float(spot.tip_y) <= chart.frame.height - float(spot.tip_height)
    for before, after in zip(chart.spots, chart.spots[1:], strict=False):
        assert float(before.left) + float(before.width) <= float(after.left) + 0.11


def test_events_on_one_day_stand_below_each_other_and_the_chart_makes_room():
    events = tuple(Event(kind, EVENT_WORDS[kind]) for kind in ("MISSED", "FLAG"))
    chart = chart_of([Moment(START, "Session 1", events=events)])
    assert len({mark.y for mark in chart.events}) == 2
    assert chart.frame.height > WIDE.height
    assert max(float(mark.y) for mark in chart.events) < chart.frame.dates_y


def test_the_legend_names_only_what_occurs():
    moments = [Moment(START, "", events=(Event("MOVED", "Moved"),))]
    assert event_kinds(moments) == [("happening happening-moved", EVENT_PATHS["MOVED"], EVENT_WORDS["MOVED"])]


@pytest.mark.parametrize("weeks", [0, 1, 3, 7, 12, 26, 60, 104, 300, 2000])
@pytest.mark.parametrize("frame", [WIDE, NARROW])
def test_dates_along_the_foot_are_few_and_in_order(frame, weeks):
    found = ticks(Scale(frame, START, START + timedelta(weeks=weeks)))
    where = [float(tick.x) for tick in found]
    assert where == sorted(where)
    assert 1 <= len(found) <= frame.most_ticks + 1
    assert len({tick.label for tick in found}) == len(found) or weeks > 52


def test_coordinates_are_short_and_never_minus_zero():
    assert (number(-0.01), number(3.0), number(2.26)) == ("0", "3", "2.3")


def test_words_in_a_chart_are_escaped_and_places_are_written_as_they_are():
    words = "<b>&\"'"
    chart = replace(chart_of([moment(2, 4, 4, events=(Event("MISSED", words),)), moment(6, 5, 3)]), words=words)
    markup = str(trust_chart_markup(chart))
    assert "<b>" not in markup
    assert markup.count("&lt;b&gt;&amp;&quot;&#x27;") == 3  # for screen readers, in the description and in the tip
    assert markup.count('class="spot"') == len(chart.spots) == 2
    for strand in chart.strands:
        assert f'd="{strand.line}"' in markup
        assert f'd="{strand.band}"' in markup
