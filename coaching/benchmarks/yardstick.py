"""The site map of the benchmark: the product's, and a page to compare with.

The yardstick is what a page costs that shows a table and knows nothing: sign-in, middleware and the frame of every
page, and fifty rows that are always the same.
"""

from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from coaching.urls import handler400  # noqa: F401 - Django looks for the handler here
from coaching.urls import urlpatterns as product
from engagements.access import EVERYBODY, open_to

ROWS = [[f"Cell {row}.{column}" for column in range(8)] for row in range(50)]


@require_safe
@open_to(EVERYBODY)
def yardstick(request):
    """Fifty rows of eight cells, the same for everybody."""
    return render(request, "benchmarks/yardstick.html", {"title": "Yardstick", "rows": ROWS})


urlpatterns = [*product, path("benchmark/yardstick/", yardstick, name="yardstick")]
