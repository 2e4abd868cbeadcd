"""What the web nudges of this package's jobs (engagements/nudges.py says how)."""

from engagements.nudges import nudge


def nudge_judging(engagement_id):
    """Judge this engagement soon."""
    nudge("trust.judge", [str(engagement_id)])


def nudge_check_in(check_in_id):
    """Send this check-in soon."""
    nudge("trust.send_check_in", str(check_in_id))


def nudge_import(run_id):
    """Carry out this import now."""
    nudge("trust.carry_out_import", str(run_id))


def nudge_report(report_id):
    """Draft this sponsor report now."""
    nudge("trust.draft_report", str(report_id))
