"""Accounts, programs, and what belongs to a person rather than to an engagement."""

from coaching.field_register.table import Table

PEOPLE = {
    "engagements.User": Table(
        "Accounts of coaches, program managers and administrators", seen="OA", kept="ACCOUNT",
        columns="""
            id: key
            email: to sign in and to be written to | seen=OAM
            name: to be named | seen=OAMCE | export=yes
            password: Argon2id hash | seen=
            last_login joined_at invited_at: whether the account is in use
            signed_out_at doors_closed_at: sessions, or tokens and webhooks, from before end | seen=
            is_active is_administrator: what the account may do
            time_zone: in which times are shown | seen=OAM
            digest_day: on which day a digest of counts is mailed | seen=O
            reminders_on keys_on quiet_from quiet_until: when reminders come, whether single keys do anything | seen=O
        """,
    ),
    "engagements.CoachProfile": Table(
        "What a program manager matches by", seen="OAM", kept="ACCOUNT",
        columns="""
            id user: keys
            credentials languages capacity bio is_internal: to choose a coach
            available_from: since when the coach takes somebody new
            training_began_on: for the coach's own log of hours; managers see how many years ago
            credential_sought: for the coach's own log of hours | seen=OA
            ended_at: since when this person coaches no more
        """,
    ),
    "engagements.Organization": Table(
        "Client companies", seen="CMEA", kept="ACCOUNT",
        columns="""
            id: key
            name: to be named | export=yes
            alarm_budget: how many trust alarms people there can answer | seen=A
        """,
    ),
    "engagements.Executive": Table(
        "The people who are coached", seen="CMEA", kept="ACCOUNT", export="yes",
        columns="""
            id: key | export=no
            organization: employer
            name email role: to be named and written to
            address_changed_at: links mailed to an older address open nothing | seen= | export=no
            language time_zone: how they are written to
            reminders_on: whether sessions are reminded of | seen=E
            orientation: what the coach thinks they look for first in a coach | seen=C | kept=CONTENT | export=reviewed
        """,
    ),
    "engagements.Program": Table(
        "Sets of engagements with common rules", seen="CMA", kept="PROOF",
        columns="""
            id organization: keys
            name: to be named | seen=CMEA | export=yes
            cadence_weeks session_budget planned_weeks time_zone check_ins_on: what engagements begin with
            discloses_objective discloses_stalled discloses_regressing discloses_cohort: what agreements begin with
            report_rhythm report_names: what the sponsor report is made of by itself, and when | seen=M
            session_pool: sessions bought for all engagements together | seen=MA
            retention_months: how long words and ratings are kept | seen=CME | export=yes
            closed_at created_at: from when to when
        """,
    ),
    "engagements.ProgramManager": Table(
        "Who manages which program", seen="CMA", kept="PROOF",
        columns="""
            id program user: keys | seen=CMEA
            added_at removed_at removed_by: from when to when, and who ended it
        """,
    ),
    "engagements.Invitation": Table(
        "One-time links with which accounts begin", seen="", kept="LINK",
        columns="""
            id user: keys
            token_hash: to know the link again; the link itself is only in the mail
            created_at expires_at used_at: whether it still opens something
        """,
    ),
    "engagements.CalendarFeed": Table(
        "Private calendar addresses of coaches", seen="O", kept="OWN",
        columns="""
            id user: keys
            nonce token_hash: to know the address again
            created_at revoked_at: whether it still opens something
        """,
    ),
    "engagements.OutsideHours": Table(
        "Coaching kept elsewhere, for a coach's own log of hours", seen="O", kept="OWN",
        columns="""
            id coach: keys
            client contact people starts_on ends_on paid_minutes pro_bono_minutes: what such a log asks for
            has_consented: whether the client may be named in files
        """,
    ),
    "engagements.ImportRun": Table(
        "Files brought for import", seen="O", kept="DAY",
        columns="""
            id owner kind: whose and what
            status created_at claimed_at finished_at expires_at problem: how far it is
            wrapped_key: the file's own key, wrapped | seen=
            sealed_name sealed_file sealed_report: the file, its name, the rows that were refused | sealed
            options counts: positions of columns and numbers of rows, no content
        """,
    ),
    "engagements.BackgroundJob": Table(
        "When each job last ran", seen="A", kept="CURRENT",
        columns="""
            name started_at finished_at done failed_at error: whether jobs run; of an error its class alone
        """,
    ),
    "trust.Calibration": Table(
        "Parameters that fit an organization", seen="", kept="PROOF",
        columns="""
            id organization version: keys
            parameters thresholds: usual levels and alarm lines of many people, of nobody alone
            sessions months: on how much it rests
            made_at replaced_at: from when to when
        """,
    ),
    "engagements.ProgramFigures": Table(
        "How a large program goes, counted beforehand", seen="M", kept="CURRENT",
        columns="""
            program figures counted_at: counts of sessions and engagements, and as of when
        """,
    ),
    "trust.CohortPeriod": Table(
        "Quarters whose figures over groups were written", seen="M", kept="PROOF",
        columns="""
            id program starts_on frozen_at: which, and when
        """,
    ),
    "trust.CohortCell": Table(
        "Figures over at least five people of two coaches", seen="M", kept="PROOF",
        columns="""
            id period group: keys
            people asked: of how many
            cognitive cognitive_bound relational relational_bound past answering answering_bound: means, in tenths
        """,
    ),
    "trust.CohortLasting": Table(
        "Whether it lasted, over at least five people of two coaches who answered", seen="M", kept="PROOF",
        columns="""
            id period asked: key, and of how many people
            answering answering_bound: which share answered, in tenths
            lasting lasting_bound partly partly_bound faded faded_bound: which share said what, in tenths
        """,
    ),
}  # fmt: skip
