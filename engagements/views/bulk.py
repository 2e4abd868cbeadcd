"""The same done with many engagements of the portfolio: first a page that says what will happen, then it happens."""

from collections import Counter

from django.contrib import messages
from django.utils import timezone
from django.views.decorators.http import require_POST

from engagements.access import MANAGER, open_to
from engagements.actions import bulk as actions
from engagements.actions.pool import pools_of
from engagements.forms.bulk import MOST_ROWS, BulkAction, BulkForm, selected_ids
from engagements.forms.seen import seen_value
from engagements.models import Engagement
from engagements.views.going_back import go_back, way_back
from engagements.views.showing import show_list

MOST_NAMED = 6  # in a message; more would not be read
DONE = {BulkAction.REMIND: "reminded", BulkAction.EXTEND: "extended", BulkAction.PAUSE: "paused"}
LEADS = {
    BulkAction.REMIND: "Their coaches get a mail, one each, that something waits for a log or that nothing is booked. "
    "It names nobody.",
    BulkAction.EXTEND: "Each gets more sessions at once. Coaches other than you get a mail.",
    BulkAction.PAUSE: "Nobody is reminded or flagged until an engagement resumes. Booked sessions stay booked.",
}


@require_POST
@open_to(MANAGER)
def bulk(request):
    """Rows that are not this manager's are, like those that do not exist, left out without a word."""
    action, now = request.POST.get("action", ""), timezone.now()
    engagements = _selected(request, now)
    if action not in BulkAction.values or not engagements:
        messages.info(request, "Nothing changed: select engagements, then what to do with them.")
        return go_back(request, "portfolio")
    is_confirmed = "seen" in request.POST
    form = BulkForm(request.POST if is_confirmed else None, action=action)
    if is_confirmed and form.is_valid():
        outcome = _carry_out(request.user, action, engagements, form.cleaned_data, now)
        _tell(request, action, outcome)
        return go_back(request, "portfolio")
    return _review(request, action, engagements, form, now)


def _selected(request, now):
    rows = Engagement.objects.managed_by(request.user).filter(pk__in=selected_ids(request.POST.getlist("row")))
    return list(rows.with_people().with_what_waits(now).in_order()[:MOST_ROWS])


def _carry_out(user, action, engagements, chosen, now):
    who = {"by": user, "now": now}
    if action == BulkAction.REMIND:
        return actions.for_each(engagements=engagements, do=lambda one: actions.remind_coach(engagement=one, **who))
    if action == BulkAction.PAUSE:
        return actions.for_each(engagements=engagements, do=lambda one: actions.pause(engagement=one, **who))
    more = {"sessions": chosen["sessions"], "seen_at": chosen["seen"]}
    return actions.for_each(engagements=engagements, do=lambda one: actions.extend(engagement=one, **more, **who))


def _review(request, action, engagements, form, now):
    """What will happen with each, and with which nothing, and why."""
    why_not = {
        BulkAction.REMIND: actions.why_no_reminder,
        BulkAction.EXTEND: actions.why_no_extension,
        BulkAction.PAUSE: actions.why_no_pause,
    }[action]
    rows = [(engagement, why_not(engagement)) for engagement in engagements]
    possible = [engagement for engagement, obstacle in rows if not obstacle]
    context = {
        "title": f"{BulkAction(action).label}: {len(possible)} of {len(rows)}",
        "lead": LEADS[action],
        "action": action,
        "label": f"{BulkAction(action).label} ({len(possible)})",
        "possible": possible,
        "others": [row for row in rows if row[1]],
        "seen": seen_value(now),
        "form": form,
        "pools": _pools(possible) if action == BulkAction.EXTEND else [],
        "back": way_back(request, "portfolio"),
    }
    return show_list(request, "engagements/bulk.html", context, engagements=engagements)


def _pools(engagements):
    """Where a program has a pool: how it stands, and among how many it is shared here."""
    selected = Counter(engagement.program_id for engagement in engagements)
    programs = {engagement.program_id: engagement.program for engagement in engagements}
    limited = [program for program in programs.values() if program.session_pool is not None]
    pools = pools_of(limited)
    return [(program, pools[program.pk], selected[program.pk]) for program in limited]


def _tell(request, action, outcome):
    """How many, and of the others who and why."""
    number = len(outcome.done)
    words = [f"{number} engagement{'' if number == 1 else 's'} {DONE[action]}."]
    for why, engagements in outcome.not_done.items():
        names = ", ".join(engagement.executive.name for engagement in engagements[:MOST_NAMED])
        more = f" and {len(engagements) - MOST_NAMED} more" if len(engagements) > MOST_NAMED else ""
        words.append(f"Not {names}{more}: {why.rstrip('.')}.")
    say = messages.warning if outcome.not_done else messages.success
    say(request, " ".join(words))
