"""Who looked at what about an executive, with names."""

from engagements.models import Look, LookRole, User


def looks_at(engagement):
    """One mapping per person, kind of page and day, the latest first."""
    looks = list(Look.objects.about(engagement).newest_first())
    names = dict(User.objects.filter(pk__in={look.who_id for look in looks}).values_list("pk", "name"))
    return [
        {
            "at": look.first_at,
            "who": _name(look, names),
            "role": look.role,
            "role_words": look.get_role_display() if look.role != LookRole.EXECUTIVE else "by your link",
            "what": look.what,
            "what_words": look.get_what_display(),
        }
        for look in looks
    ]


def _name(look, names):
    if look.role == LookRole.EXECUTIVE:
        return "You"
    return names.get(look.who_id, "Somebody whose account is gone")
