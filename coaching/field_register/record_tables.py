"""What was agreed and done, who looked, what an executive asked for, and the sealed words."""

from coaching.field_register.table import Table

RECORDS = {
    "engagements.Engagement": Table(
        "One coach, one executive, a period, a budget", seen="CME", kept="PROOF", export="yes",
        columns="""
            id: key | export=no
            program coach executive: who
            status reason starts_on ends_on ended_on session_budget cadence_weeks: the terms, and how it stands
            is_pro_bono: for the coach's log of hours | export=no
            check_ins_on: whether the program asks for check-ins
            readiness: how ready the executive seems to open up | seen=C | kept=CONTENT | export=reviewed
            hours_consented_at supervision_consented_at: whether the executive may be named | seen=CE
            check_ins_declined_at judging_declined_at: what the executive does not want | seen=CE
            content_erased_at: since when words and ratings are gone
            created_at changed_at: for jobs and the ledger | export=no
        """,
    ),
    "engagements.EngagementKey": Table(
        "The key that opens the words of an engagement", seen="", kept="CONTENT",
        columns="""
            engagement: key
            wrapped wrapped_by: the data key under a key that is not in the database, and the name of that
            created_at: when it was made
        """,
    ),
    "engagements.SealedText": Table(
        "Words: notes, summaries, objectives, requests and the like", seen="", kept="CONTENT",
        columns="""
            id engagement kind subject_id revision is_current: which text of which row
            sealed: the words; who reads them depends on their kind | seen=CE | sealed
            written_at written_by: when and by whom | seen=CE
        """,
    ),
    "engagements.Draft": Table(
        "What is typed and not saved yet", seen="", kept="DRAFT",
        columns="""
            id engagement owner kind subject_id tab version: which form in which tab
            sealed: what was typed | seen=O | sealed
            saved_at ended_at: until when it is kept | seen=O
        """,
    ),
    "engagements.Agreement": Table(
        "Confidentiality, and what is disclosed", seen="CME", kept="PROOF", export="yes",
        columns="""
            id engagement: keys | export=no
            version confidentiality confidentiality_ends cancellation_terms: what is agreed
            discloses_objective discloses_stalled discloses_regressing discloses_cohort: what managers learn | export=no
            executive_accepted_on sponsor_accepted_on: who agreed, and when
            executive_recorded_by sponsor_recorded_by: who noted it | seen=CM | export=no
            created_at replaced_at: from when to when
        """,
    ),
    "engagements.Session": Table(
        "Meetings", seen="CME", kept="PROOF", export="yes",
        columns="""
            id engagement: keys | export=no
            kind status starts_at minutes: when, how long, and whether it took place
            place call_link: where | kept=CONTENT
            series_id: which were planned together | seen=C | export=no
            calendar_uid: to know the event again in the coach's calendar | seen= | kept=CONTENT | export=no
            cancelled_by cancelled_at: by whom, and how late
            logged_at logged_by: whether the coach has logged it | seen=C | export=no
            created_at changed_at: for jobs | seen= | export=no
        """,
    ),
    "engagements.SessionMove": Table(
        "Changes of a session's time", seen="CME", kept="PROOF", export="yes",
        columns="""
            id session: keys | export=no
            from_at to_at asked_by: from when to when, and who asked
            moved_at: how late it came | export=no
        """,
    ),
    "engagements.ConfidentialityUse": Table(
        "When confidentiality had to end", seen="CE", kept="PROOF", export="yes",
        columns="""
            id engagement: keys | export=no
            condition told_to used_on executive_told_on: which condition, who was told, when
            noted_at noted_by: by whom it was noted | export=no
        """,
    ),
    "engagements.Standing": Table(
        "How an engagement stands, kept ready for long lists; derived from its other rows", seen="CM", kept="CURRENT",
        columns="""
            engagement program coach: keys
            status stage is_open: how it stands
            executive_name coach_name program_name words: to sort and to search by; copies of names and addresses
            sessions_held sessions_booked sessions_left last_at next_at: sessions, counted
        """,
    ),
    "engagements.Conversation": Table(
        "That program manager and coach talked about an engagement", seen="CME", kept="PROOF", export="yes",
        columns="""
            id engagement: keys | export=no
            held_on noted_at noted_by: when, and who noted it
        """,
    ),
    "engagements.Extension": Table(
        "More sessions, or a later end", seen="CME", kept="PROOF", export="yes",
        columns="""
            id engagement: keys | export=no
            reason sessions_asked ends_on_asked asked_at: what was asked for, and why by a class
            status sessions_given ends_on_given decided_at: what came of it
            asked_by decided_by: by whom | seen=CM | export=no
        """,
    ),
    "engagements.DataRequest": Table(
        "What an executive asks about own data, with a clock", seen="CME", kept="PROOF", export="yes",
        columns="""
            id engagement: keys | export=no
            kind status asked_at due_on answered_at reason: what, until when, and what came of it
            answered_by: who answered | export=no
        """,
    ),
    "engagements.ExportItem": Table(
        "Opinions, and whether the coach gives them out", seen="CE", kept="CONTENT", export="yes",
        columns="""
            id request subject_id: keys | export=no
            kind decision reason decided_at: which, and what was decided
            decided_by: by whom | export=no
        """,
    ),
    "engagements.PersonalLink": Table(
        "Links by which an executive comes in", seen="", kept="LINK",
        columns="""
            id engagement subject_id: keys
            purpose: what it opens, and nothing else | seen=E | export=yes
            nonce token_hash: to know the link again; the link itself is only in the mail
            created_at expires_at: until when it opens it | seen=E | export=yes
            revoked_at used_at: whether it has ended
        """,
    ),
    "engagements.LinkCode": Table(
        "Codes mailed as a second step", seen="", kept="CODE",
        columns="""
            id link: keys
            code_hash: to know the code again
            sent_at tries passed_at ended_at: whether it still opens something
        """,
    ),
    "engagements.Letter": Table(
        "Mails that are owed, without their text", seen="", kept="LETTER",
        columns="""
            id engagement session link to_user: about what, to whom
            to_address: an address that an executive no longer has, to be told so
            kind: which mail | seen=E | export=yes
            key: makes it go out once
            path counts: the page it leads to, and the numbers of a digest
            status created_at send_after claimed_at: whether it is owed
            sent_at: when it went out | seen=E | export=yes
        """,
    ),
    "engagements.Look": Table(
        "The access ledger: who looked at what about whom", seen="OEA", kept="LOOK", export="yes",
        columns="""
            id key subject_type subject_id: which row | export=no
            who_id: who looked | seen=OE
            role what first_at: in which role, at which kind of page, when first that day
            on: the day | export=no
        """,
    ),
    "engagements.AuditEvent": Table(
        "The audit trail: that something was changed, never what it says", seen="", kept="TRAIL",
        columns="""
            id: key
            at actor_id verb: when, who, what was done; rows that tell how somebody voted go with the content | seen=C
            subject_type subject_id engagement_id program_id: to which row
            detail: names of columns, kinds and numbers; of flags about trust emptied when content is erased | seen=C
        """,
    ),
}  # fmt: skip
