"""For load balancers and the launcher: does the application answer, and does its database?"""

from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from engagements.access import ANYBODY, open_to


@require_safe
@open_to(ANYBODY)
def healthz(request):
    """Says "ok", or 503 when the database does not answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database unavailable", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
