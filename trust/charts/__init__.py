"""The chart of an engagement's trust, as SVG geometry. Pure."""

from trust.charts.axes import NARROW, WIDE
from trust.charts.drawing import trust_chart
from trust.charts.moments import Event, Level, Moment, event_kinds

__all__ = ["NARROW", "WIDE", "Event", "Level", "Moment", "event_kinds", "trust_chart"]
