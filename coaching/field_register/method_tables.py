"""The coaching method: objectives, what lies beneath them, experiments, chemistry, the end and after it."""

from coaching.field_register.table import Table

METHOD = {
    "engagements.Objective": Table(
        "What the engagement is for; the words are sealed, and disclosed where the agreement says so", seen="CE",
        kept="CONTENT", export="yes",
        columns="""
            id engagement: keys | export=no
            status created_at closed_at: how it stands, since when
            created_by: who wrote it | seen=C | export=no
        """,
    ),
    "engagements.Driver": Table(
        "What lies beneath an objective; the words are sealed", seen="C", kept="CONTENT", export="no",
        columns="""
            id engagement objective beneath: what hangs under what
            kind: which kind | export=reviewed
            starter: from which list of beginnings
            is_shared: whether the executive sees it | seen=CE
            created_at set_aside_at: since when, until when | export=reviewed
            created_by: by whom
        """,
    ),
    "engagements.DriverEvidence": Table(
        "Sessions in which a driver showed; the words are sealed", seen="C", kept="CONTENT",
        columns="""
            id driver session noted_at: which, where, when
        """,
    ),
    "engagements.Experiment": Table(
        "A new behaviour that is tried; the words are sealed", seen="CE", kept="CONTENT", export="yes",
        columns="""
            id engagement: keys | export=no
            objective driver: what it serves | seen=C | export=no
            state depth created_at: how it goes, and since when
            created_by changed_at: by whom, and when last | seen=C | export=no
        """,
    ),
    "engagements.ExperimentStep": Table(
        "How an experiment went on; the words are sealed", seen="CE", kept="CONTENT", export="yes",
        columns="""
            id experiment session: keys | export=no
            state at: what came of it, when
            depth party: how deep, and who said so | export=no
        """,
    ),
    "engagements.ChemistryVote": Table(
        "Whether it is a fit, by each side for itself", seen="O", kept="CONTENT",
        columns="""
            id engagement party: whose
            fit voted_at: who thinks what; neither side sees the other's, and executives get their own | export=yes
        """,
    ),
    "engagements.RematchRequest": Table(
        "That another match is wanted, without by whom", seen="M", kept="CONTENT",
        columns="""
            id engagement asked_at handled_at handled_by: that and when, and who saw to it
        """,
    ),
    "engagements.Ending": Table(
        "The close that the coach writes; the words are sealed", seen="C", kept="CONTENT",
        columns="""
            id engagement: keys
            reached depth is_referred: what came of it | export=reviewed
            written_at written_by: when, by whom
        """,
    ),
    "engagements.FollowUp": Table(
        "Whether it lasted, asked 30, 90 and 180 days later; the words are sealed", seen="CE", kept="CONTENT",
        columns="""
            id engagement party due_on: whom, and when
            days asked_at lasting answered_at: who said what; the coach's only after review | export=yes
            is_for_groups: whether the page said that the answer counts over groups | seen=E | export=yes
        """,
    ),
}  # fmt: skip
