"""The site map of the benchmark: the product's, and two pages to compare with.

The yardstick is what any page costs that shows a table and knows nothing: the product's middleware, and fifty rows
that are always the same. The framed one stands in the product's frame besides: its head, navigation and foot.
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


@require_safe
@open_to(EVERYBODY)
def yardstick_framed(request):
    """The same rows in the frame of every page."""
    return render(request, "benchmarks/yardstick_framed.html", {"title": "Yardstick", "rows": ROWS})


urlpatterns = [
    *product,
    path("benchmark/yardstick/", yardstick, name="yardstick"),
    path("benchmark/yardstick-framed/", yardstick_framed, name="yardstick_framed"),
]
