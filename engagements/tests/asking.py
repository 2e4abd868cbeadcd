"""How the page tests ask: addresses by route name, errors beside fields, verbs in the audit trail."""

from django.urls import reverse

from engagements.models import AuditEvent


def url(route, row=None):
    return reverse(route, args=[row.pk] if row is not None else [])


def said(response):
    """What the page after the redirect would say."""
    return [str(message) for message in response.wsgi_request._messages]


def errors(response):
    """Messages beside fields: {field: [text]}."""
    assert response.status_code == 200, response.status_code
    return response.context["form"].errors


def audited(subject=None, **filters):
    """Verbs of the audit trail, oldest first."""
    rows = AuditEvent.objects.filter(**filters)
    if subject is not None:
        rows = rows.filter(subject_id=subject.pk)
    return list(rows.order_by("at", "pk").values_list("verb", flat=True))


def statuses(as_user, cast, route, row, *, post=None, people=("cora", "pia", "otto", "petra", "ada", "sten")):
    """Who gets which answer: {person: status code}."""
    address = url(route, row)
    found = {}
    for name in people:
        client = as_user(getattr(cast, name))
        found[name] = (client.get(address) if post is None else client.post(address, post)).status_code
    return found


NOT_THEIRS = {"otto": 404, "petra": 404, "ada": 404, "sten": 404}
