"""Ratings, check-ins, and what is judged from them."""

from coaching.field_register.table import Table

TRUST = {
    "trust.Reading": Table(
        "Ratings of a session: by the coach, or by the executive in a check-in", seen="CE", kept="CONTENT",
        export="yes",
        columns="""
            id: key | export=no
            session instrument_version: of which session, by which wording
            voice: whose | export=no
            value reliance direction candour care repair discretion: the items, 1 to 7 | export=reviewed
            cognitive relational: their means per strand
            seen: what the coach saw | seen=C | export=reviewed
            is_shared: whether the coach may see the executive's answers
            recorded_at: when
        """,
    ),
    "trust.ReadingRevision": Table(
        "What a rating said before it was edited", seen="CE", kept="CONTENT", export="yes",
        columns="""
            id reading: keys | export=no
            ratings instrument_version recorded_at replaced_at: what was said, from when to when
            seen replaced_by: what the coach saw, and who edited it | seen=C | export=no
        """,
    ),
    "trust.CheckIn": Table(
        "One link per session for the executive's answer", seen="", kept="CONTENT",
        columns="""
            id session: keys
            status: how far it is | seen=CE
            token_hash nonce: to know the link again; the link itself is only in the mail
            send_after claimed_at closes_at answered_at: until when it takes an answer
            sent_at: when it was mailed | seen=E | export=yes
        """,
    ),
    "trust.Judgement": Table(
        "What is judged of an engagement now", seen="C", kept="CONTENT", export="reviewed",
        columns="""
            engagement: key | export=no
            state cognitive relational: in words, and the level of each strand
            cognitive_sd relational_sd: how sure that is | export=no
            p_stalled p_regressing p_point_of_trust: chances
            sessions_judged judged_at: on how much it rests, and when
            parameters_version memory memory_sessions mark: to go on from here with the next session | seen= | export=no
        """,
    ),
    "trust.Flag": Table(
        "Reasons to talk", seen="CM", kept="CONTENT", export="reviewed",
        columns="""
            id engagement: keys | kept=PROOF | export=no
            kind level opened_at: which; managers see alarms only, of trust where the agreement says so | kept=PROOF
            closed_at: until when it stood | kept=PROOF
            responded_at: whether the coach has responded | kept=PROOF | export=no
            nudged_at nudged_by: that a program manager asked the coach for a word | seen=CME | kept=PROOF | export=no
            closing closed_by responded_by: how it ended, and who saw to it | seen=C | kept=PROOF | export=no
            arose_on: from which day on | seen=C | kept=PROOF | export=no
            evidence: the data of its sentence | seen=C
            cause next_step: what the coach makes of it | seen=C
            helped helped_at: whether it helped | seen=C
        """,
    ),
    "trust.PointOfTrust": Table(
        "When the point of trust was reached, and lost again; the words are sealed", seen="C", kept="CONTENT",
        export="reviewed",
        columns="""
            id engagement: keys | export=no
            decision reached_on lost_on seen: what the coach decided, and how it showed
            proposed_at proposed_on withdrawn_at decided_at decided_by lost_at: who said so when | export=no
        """,
    ),
    "trust.Rupture": Table(
        "When trust was hurt; the words are sealed", seen="C", kept="CONTENT", export="reviewed",
        columns="""
            id engagement session flag: keys | export=no
            kind opened_at outcome closed_at: what, since when, and how it ended
            opened_by: by whom it was noted | export=no
        """,
    ),
    "trust.RepairAttempt": Table(
        "What was tried to mend it; the words are sealed", seen="C", kept="CONTENT", export="reviewed",
        columns="""
            id rupture noted_at: keys | export=no
            step tried_on: what, and when
        """,
    ),
    "trust.Prompt": Table(
        "Questions that a coach is asked rarely; the answers are sealed", seen="C", kept="CONTENT",
        columns="""
            id engagement kind subject_id asked_at sessions_held settled_at: which, when, and whether it is settled
        """,
    ),
}  # fmt: skip
