"""The record of what is kept, laid out for paper: sections of texts, facts and lists, all in words. Pure."""

from datetime import date, datetime

NONE = "Nothing."


def sections_of(record, zone) -> list[dict]:
    """[{title, parts}]; moments are told in `zone`."""
    told = Teller(zone)
    sections = [
        ("In short", _in_short(record, told)),
        ("Agreement", _agreement(record, told)),
        ("Objectives", _objectives(record, told)),
        ("Sessions", _sessions(record, told)),
        ("Your check-ins", _check_ins(record, told)),
        ("Whether it was a fit, and whether it lasted", _fit_and_lasting(record, told)),
        ("Experiments", _experiments(record, told)),
        ("Opinions given out to you", _given_out(record, told)),
        ("Opinions held back", _held_back(record, told)),
        ("Sponsor reports", _report_lines(record, told)),
        ("Your requests", _requests(record, told)),
        ("When confidentiality had to end", _uses(record, told)),
        ("Conversations of program manager and coach", _conversations(record, told)),
        ("More sessions, or a later end", _extensions(record, told)),
        ("Who looked at what", _looks(record, told)),
        ("Links and mails to you", _mails(record, told)),
        ("What is kept and does not stand here", [_text(body=words) for words in record["not_included"]]),
    ]
    return [{"title": title, "parts": parts or [_text(body=NONE)]} for title, parts in sections]


class Teller:
    """Says days, moments, yes and no in words."""

    def __init__(self, zone):
        self.zone = zone

    def __call__(self, value) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, datetime):
            moment = value.astimezone(self.zone)
            return f"{moment.day} {moment:%B %Y, %H:%M}"
        if isinstance(value, date):
            return f"{value.day} {value:%B %Y}"
        return "" if value is None else str(value)


def _text(title="", meta="", body=""):
    return {"kind": "text", "title": title, "meta": meta, "body": body}


def _facts(rows, title=""):
    return {"kind": "facts", "title": title, "rows": [[label, value or "–"] for label, value in rows]}


def _list(head, widths, rows):
    return [{"kind": "list", "head": head, "widths": widths, "rows": rows}] if rows else []


def _in_short(record, told):
    you, engagement, kept, choices = (record[key] for key in ("you", "engagement", "retention", "choices"))
    until = f", until {told(kept['until'])}" if kept["until"] else ""
    ends_on = engagement["ended_on"] or engagement["planned_end_on"]
    off = choices["check_ins_declined_at"] or not choices["check_ins_in_the_program"]
    return [
        _facts(
            [
                ("Made on", f"{told(record['made_at'])}, times in {you['time_zone']}"),
                ("Name", you["name"]),
                ("E-mail", you["email"]),
                ("Role", you["role"]),
                ("Company", you["organization"]),
                ("Language", you["language"]),
                ("Coach", engagement["coach"]),
                ("Program", engagement["program"]),
                ("Status", " · ".join(word for word in (engagement["status_words"], engagement["reason"]) if word)),
                ("Period", f"{told(engagement['starts_on'])} to {told(ends_on)}"),
                ("Sessions", f"{engagement['sessions_held']} of {engagement['session_budget']} held"),
                ("Words and ratings kept", f"{kept['months_after_the_end']} months after the end{until}"),
                ("Words and ratings erased", told(engagement["content_erased_at"]) or "no"),
                ("Check-ins", "off" if off else "on"),
                ("Reminders of sessions", "on" if choices["reminders_of_sessions"] else "off"),
                ("Judging how trust develops", "off" if choices["judging_declined_at"] else "on"),
                ("Named in your coach's log of hours", told(bool(choices["hours_consented_at"]))),
                ("Shown in supervision, without names", told(bool(choices["supervision_consented_at"]))),
            ]
        )
    ]


def _agreement(record, told):
    parts = []
    for one in record["agreement_versions"]:
        until = f" to {told(one['replaced_at'])}" if one["replaced_at"] else ""
        opened = [line["what"] for line in one["company_may_see"] if line["is_open"]]
        yours = told(one["you_accepted_on"]) + (", by your link" if one["you_accepted_by_link"] else "")
        parts += [
            _facts(
                [
                    ("In force", f"{told(one['since'])}{until}"),
                    ("You accepted", yours or "not yet"),
                    ("The sponsor accepted", told(one["sponsor_accepted_on"]) or "not yet"),
                    (
                        "Your company may see",
                        "dates, attendance, budget, status; " + ("; ".join(opened) or "nothing more"),
                    ),
                ],
                title=f"Version {one['version']}",
            ),
            _text(title="Confidentiality", body=one["confidentiality"]),
            _text(title="When confidentiality ends", body=one["when_confidentiality_ends"]),
            _text(title="Cancelling", body=one["cancelling"]),
        ]
    return parts


def _objectives(record, told):
    return [
        _text(body=one["words"] or "Its words were erased.", meta=f"{one['status_words']}, since {told(one['since'])}")
        for one in record["objectives"]
    ]


def _sessions(record, told):
    rows = [
        [told(one["starts_at"]), f"{one['kind_words']}, {one['minutes']} min", _attendance(one), one["place"]]
        for one in record["sessions"]
    ]
    summaries = [
        _text(title=f"Shared summary, {told(one['starts_at'])}", body=one["shared_summary"])
        for one in record["sessions"]
        if one["shared_summary"]
    ]
    return _list(["When", "What", "Attendance", "Place"], [3, 3, 3, 3], rows) + summaries


def _attendance(one):
    moved = f", moved {len(one['moved'])}×" if one["moved"] else ""
    by = f" by the {one['cancelled_by'].lower()}" if one["cancelled_by"] else ""
    return f"{one['status_words']}{by}{moved}"


def _check_ins(record, told):
    parts = []
    for one in record["check_ins"]:
        shared = "your coach may see them" if one["coach_may_see_them"] else "your coach does not see them"
        meta = f"Answered on {told(one['answered_at'])}; {shared}." if one["answered_at"] else "Not answered."
        parts.append(_text(title=f"Session of {told(one['session_starts_at'])}", meta=meta))
        parts += [_facts(_ratings(one["answers"]))] if one["answers"] else []
        for earlier in one["earlier_answers"]:
            parts += [
                _text(meta=f"Before you changed them on {told(earlier['changed_at'])}:"),
                _facts(_ratings(earlier["answers"])),
            ]
    return parts


def _fit_and_lasting(record, told):
    vote, parts = record["chemistry_vote"], []
    if vote:
        parts.append(_text(title=f"Your vote: {vote['fit_words'].lower()}", meta=f"Given on {told(vote['voted_at'])}"))
    for one in record["follow_ups"]:
        counts = "; it counts in figures over groups" if one["counts_in_groups"] else ""
        answered = f"Answered on {told(one['answered_at'])}{counts}." if one["answered_at"] else "Not answered."
        title = f"{one['days_after_the_end']} days after the end: {one['lasting_words'].lower() or 'no answer'}"
        parts.append(_text(title=title, meta=answered, body=one["your_words"]))
    return parts


def _ratings(answers):
    return [(one["statement"], "cannot say" if one["rating"] is None else f"{one['rating']} of 7") for one in answers]


def _experiments(record, told):
    parts = []
    for one in record["experiments"]:
        depth = f", {one['depth_words'].lower()}" if one["depth_words"] else ""
        steps = [
            f"{told(step['at'])}: {step['state'].replace('_', ' ').lower()}. {step['words']}" for step in one["steps"]
        ]
        meta = f"{one['state_words']}{depth}, since {told(one['since'])}"
        parts.append(_text(title=one["new_behaviour"], meta=meta, body="\n".join([one["situation"], *steps]).strip()))
    return parts


def _given_out(record, told):
    return [
        _text(
            title=one["what"], meta=f"Given out on {told(one['given_out_at'])}", body=one["words"] or "No longer there."
        )
        for one in record["opinions_given_out"]
    ]


def _held_back(record, told):
    rows = [[one["what"], one["reason"], told(one["held_back_at"])] for one in record["opinions_held_back"]]
    return _list(["What", "Why", "When"], [4, 4, 3], rows)


def _requests(record, told):
    parts = []
    for one in record["requests"]:
        status = f"overdue since {told(one['due_on'])}" if one["is_overdue"] else f"due on {told(one['due_on'])}"
        status = status if one["is_open"] else f"{one['status_words'].lower()} {told(one['answered_at'])}".strip()
        answer = " ".join(words for words in (one["reason"], one["answer"]) if words)
        body = "\n".join(words for words in (one["your_words"], f"Answer: {answer}" if answer else "") if words)
        parts.append(_text(title=one["kind_words"], meta=f"Asked on {told(one['asked_at'])}, {status}", body=body))
    return parts


def _report_lines(record, told):
    parts = []
    for one in record["report_lines"]:
        decided = f"{one['decision_words']} {told(one['decided_at'])}".strip()
        stands = "" if not one["frozen_at"] else ", in the report" if one["is_in_report"] else ", left out"
        parts.append(
            _text(title=f"{one['report']}: {one['kind_words'].lower()}", meta=decided + stands, body=one["words"])
        )
        parts += [_facts(one["says"])] if one["says"] else []
    return parts


def _uses(record, told):
    return [
        _text(
            title=one["condition"],
            meta=f"{one['told_to']}, on {told(one['used_on'])}. You knew: {told(one['you_were_told_on']) or 'not yet'}",
            body=one["words"],
        )
        for one in record["uses_of_a_condition"]
    ]


def _conversations(record, told):
    rows = [[told(one["held_on"]), one["noted_by"]] for one in record["conversations"]]
    return _list(["When", "Noted by"], [3, 6], rows)


def _extensions(record, told):
    rows = [
        [told(one["asked_at"]), _more(one, "asked", told), one["status_words"], _more(one, "given", told)]
        for one in record["extensions"]
    ]
    return _list(["When", "Asked for", "Answer", "Given"], [3, 3, 3, 3], rows)


def _more(one, what, told):
    """ "4 sessions, until 3 March 2027"."""
    number, until = one[f"sessions_{what}"], one[f"ends_on_{what}"]
    parts = [f"{number} session{'' if number == 1 else 's'}"] if number else []
    return ", ".join([*parts, *([f"until {told(until)}"] if until else [])]) or "–"


def _looks(record, told):
    rows = [
        [told(one["at"]), f"{one['who']}, {one['role_words'].lower()}", one["what_words"]] for one in record["looks"]
    ]
    return _list(["When first that day", "Who", "What"], [3, 4, 4], rows)


def _mails(record, told):
    rows = [[told(one["mailed_at"]), one["for"], f"until {told(one['expires_at'])}"] for one in record["links"]]
    rows += [[told(one["sent_at"]), "Mail", one["kind"].replace("_", " ")] for one in record["mails"]]
    return _list(["When", "What", ""], [3, 4, 4], rows)
