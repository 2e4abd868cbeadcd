"""The page with both texts: what somebody is saving, and what was saved elsewhere since they began."""

from django.utils import timezone

from engagements.models import LookedAt, SealedText, TextKind
from engagements.views.showing import show
from trust.actions.log_version import TEXTS, version_of
from trust.instrument import COACH_ITEMS, SEEN
from trust.views.log_record import LogRecord, coach_reading, opened_text

KEEP = "keep_"  # names of the choices: keep_note, keep_summary, keep_reading, keep_time
MINE, OTHER, BOTH = "mine", "theirs", "both"
OF_THE_PAGE = ("csrfmiddlewaretoken", "began", KEEP)


def show_both(request, forms, change):
    """Nothing was saved: each part that both changed, side by side, and a choice."""
    session, user = change.session, request.user
    content = forms.content_for(session)
    context = {
        "session": session,
        "engagement": session.engagement,
        "texts": [_text(user, session, name, content[name]) for name in TEXTS if name in change.parts],
        "reading": _reading(user, session, content) if "reading" in change.parts else None,
        "time": _time(session, content) if "time" in change.parts else None,
        "began": version_of(session),
        "sent": _sent(forms.log.data),
    }
    response = show(request, "trust/session_log_both.html", context, what=LookedAt.LOG)
    response.status_code = 409
    return response


def _text(user, session, name, mine):
    kind = TEXTS[name]
    rows = SealedText.objects.confided_to(user).about(kind, session.pk).current().select_related("written_by")
    row = rows.first()
    theirs = opened_text(row)
    return {
        "name": f"{KEEP}{name}",
        "label": TextKind(kind).label,
        "mine": mine,
        "theirs": theirs,
        "at": row.written_at,
        "by": _whose(row.written_by, user),
        "proposed": BOTH if mine and theirs else MINE if mine else OTHER,
    }


def _reading(user, session, content):
    reading = coach_reading(user, session)
    rows = [
        {"label": item.wording, "mine": content["ratings"].get(item.key), "theirs": reading.ratings.get(item.key)}
        for item in COACH_ITEMS
    ]
    return {
        "rows": rows,
        "mine": _ticked(content["seen"]),
        "theirs": _ticked(reading.seen),
        "at": reading.recorded_at,
        "proposed": MINE if any(row["mine"] for row in rows) else OTHER,
    }


def _ticked(keys):
    return [seen.wording for seen in SEEN if seen.key in keys]


def _time(session, content):
    kinds = dict(session._meta.get_field("kind").choices)
    mine = {**content, "kind": kinds[content["kind"]]}
    theirs = {"starts_at": session.starts_at, "minutes": session.minutes, "kind": session.get_kind_display()}
    return {"mine": mine, "theirs": theirs, "at": session.changed_at, "proposed": MINE}


def _whose(author, user):
    return "by you" if author == user else f"by {author}" if author else ""


def _sent(data):
    """Everything that was sent, to be sent again with the choices."""
    return [(name, value) for name, values in data.lists() if not name.startswith(OF_THE_PAGE) for value in values]


# --- the answer -------------------------------------------------------------------------------------


def settled(request, session):
    """What was sent, with the record's part wherever it was chosen. Should it change again, that is noticed again."""
    chosen = {name: request.POST.get(f"{KEEP}{name}") for name in (*TEXTS, "reading", "time")}
    if session is None or not any(choice in (OTHER, BOTH) for choice in chosen.values()):
        return request.POST
    data, record = request.POST.copy(), LogRecord(request.user, session).initial
    for name in TEXTS:
        if chosen[name] in (OTHER, BOTH):
            mine = data.get(name, "") if chosen[name] == BOTH else ""
            data[name] = "\n\n".join(text for text in (record[name], mine) if text)
    if chosen["reading"] == OTHER:
        _take_reading(data, record)
    if chosen["time"] == OTHER:
        _take_time(data, session)
    return data


def _take_reading(data, record):
    for item in COACH_ITEMS:
        data[item.key] = record.get(item.key, "")
    data.setlist("opened", [seen.key for seen in SEEN if seen.opens and seen.key in record.get("opened", ())])
    data.setlist("closed", [seen.key for seen in SEEN if not seen.opens and seen.key in record.get("closed", ())])


def _take_time(data, session):
    local = timezone.localtime(session.starts_at)
    data["day"], data["clock"] = f"{local:%Y-%m-%d}", f"{local:%H:%M}"
    data["which"] = "second" if local.fold else "first"
    data["minutes"], data["kind"] = f"{session.minutes}", session.kind
