"""Rows behind an executive's link: the engagement with its figures, and who manages its program."""

from engagements.models import Engagement, User


def engagement_of(link, now):
    """The engagement of a link, with people and session figures."""
    return Engagement.objects.with_people().with_session_figures(now).with_erasure().get(pk=link.engagement_id)


def managers_of(engagement):
    """Who manages the program today and is not the coach, by name."""
    managing = {"program_memberships__program": engagement.program_id, "program_memberships__removed_at": None}
    return User.objects.active().filter(**managing).exclude(pk=engagement.coach_id).in_order().distinct()


def manager_who_sees(engagement):
    """The manager whose page is shown; None where nobody but the coach manages the program."""
    return managers_of(engagement).first()


def other_managers(engagement, manager):
    """Names of the others: they see the same, in their own time zone."""
    return [other.name for other in managers_of(engagement) if other != manager]
