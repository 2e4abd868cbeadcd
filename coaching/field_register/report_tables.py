"""What programs tell their sponsors."""

from coaching.field_register.table import Table

REPORTS = {
    "engagements.SponsorReport": Table(
        "What a program tells its sponsor about a period: figures of the whole", seen="M", kept="PROOF",
        columns="""
            id program: keys
            period_from period_until: which days | seen=ME | export=yes
            names_engagements status: whether it names anybody, and how far it is
            figures: counts, and figures over groups that are frozen already
            done total claimed_at: how far the draft is
            created_at created_by asked_at: who ordered it, and when executives were asked
            frozen_at: since when it stands | seen=ME | export=yes
            frozen_by digest: by whom, and what makes sure that it is unchanged
        """,
    ),
    "engagements.ReportLine": Table(
        "What a sponsor report may say about one engagement, and what its executive decided", seen="ME", kept="PROOF",
        export="yes",
        columns="""
            id report engagement position: keys | export=no
            kind: dates and attendance, or the stated objective, whose words are sealed
            figures: dates, attendance, status and name as the sponsor reads them
            decision decided_at: released or kept out, and when
            is_in_report: whether it stands in the frozen report
        """,
    ),
}  # fmt: skip
