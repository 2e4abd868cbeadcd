"""What a program manager does about a flag, beside talking: ask the coach for a word."""

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from engagements.access import MANAGER, open_to
from engagements.models import Conversation
from engagements.views.going_back import go_back
from trust.actions.asking_coaches import AskedAlready, ask_coach, was_asked_lately
from trust.actions.flags import FlagClosed
from trust.models import Flag
from trust.sentences import ago_in_words


@require_POST
@open_to(MANAGER)
def flag_nudge(request, pk):
    """Asks the coach; about flags that are disclosed to this manager, others do not exist."""
    flag = get_object_or_404(Flag.objects.disclosed_to(request.user).select_related("engagement__coach"), pk=pk)
    try:
        ask_coach(flag=flag, by=request.user, now=timezone.now())
    except (AskedAlready, FlagClosed) as error:
        messages.info(request, str(error))
    else:
        words = f"{flag.engagement.coach.name} gets a mail that you would like a word. It does not say what about."
        messages.success(request, words)
    return go_back(request, "engagement_detail", flag.engagement_id)


def asked_of(flag, coach_id, user, now):
    """Whether the coach was asked about a flag: {"asked": when, in words, "may_ask": whether it may be done now}."""
    days = (timezone.localdate(now) - timezone.localdate(flag.nudged_at)).days if flag.nudged_at else None
    return {
        "key": flag.pk,
        "asked": "" if days is None else ago_in_words(days),
        "may_ask": not was_asked_lately(flag, now) and coach_id != user.pk,
    }


def last_talk(user):
    """The day of the last conversation about a flag's engagement, for a query of flags."""
    talks = Conversation.objects.managed_by(user).filter(engagement=OuterRef("engagement"))
    return Subquery(talks.newest_first().values("held_on")[:1])


def flag_to_ask_about(flags):
    """The first of these rows of one engagement; None where the coach was asked about any of them a moment ago."""
    return flags[0]["key"] if flags and all(flag["may_ask"] for flag in flags) else None
