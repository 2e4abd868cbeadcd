"""The gallery: every component on one page, with made-up content. Only routed in a demo or while developing."""

from datetime import UTC, datetime

from django import forms
from django.http import HttpResponsePermanentRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from engagements.access import ANYBODY, open_to

ICONS = [
    "check",
    "next",
    "back",
    "down",
    "close",
    "plus",
    "person",
    "people",
    "calendar",
    "clock",
    "pen",
    "lock",
    "mail",
    "exit",
    "search",
    "info",
    "alert",
    "eye",
    "falling",
    "rising",
    "level",
    "pause",
    "quiet",
    "talk",
    "file",
    "upload",
    "download",
    "target",
    "flag",
    "none",
    "ring",
    "dot",
]
STATUSES = [
    "PROPOSED",
    "CHEMISTRY",
    "CONTRACTED",
    "ACTIVE",
    "PAUSED",
    "COMPLETED",
    "ENDED_EARLY",
    "DECLINED",
    "SCHEDULED",
    "HELD",
    "CANCELLED",
    "MISSED",
    "STALLED",
    "REGRESSING",
    "QUIET",
]


class SampleForm(forms.Form):
    """One of each kind of field."""

    name = forms.CharField(label="Executive", help_text="As the person wants to be called.")
    email = forms.EmailField(label="E-mail")
    kind = forms.ChoiceField(choices=[("COACHING", "Coaching"), ("REVIEW", "Review")])
    note = forms.CharField(label="Private note", widget=forms.Textarea, required=False)
    reminder = forms.BooleanField(label="Remind me the day before", required=False)
    place = forms.ChoiceField(choices=[("ROOM", "In a room"), ("CALL", "By call")], widget=forms.RadioSelect)
    candour = forms.ChoiceField(
        label="The executive said what was really on their mind.",
        choices=[*((str(value), str(value)) for value in range(1, 8)), ("", "Not observed")],
        widget=forms.RadioSelect,
    )
    seen = forms.MultipleChoiceField(
        label="What did you see?",
        choices=[("CONCERN", "Opened up about a concern"), ("HELP", "Asked for help"), ("DEFLECTED", "Deflected")],
        widget=forms.CheckboxSelectMultiple,
    )


class SampleSession:
    """Looks like a session to a template."""

    minutes = 60
    get_kind_display = "Coaching"

    def __init__(self, status, day):
        self.status, self.get_status_display = status, status.capitalize()
        self.starts_at = datetime(2025, 3, day, 9, 30, tzinfo=UTC)


@require_safe
@open_to(ANYBODY)
def gallery(request):
    """Every component, for looking at it and for the accessibility checks."""
    wrong = SampleForm({"name": "", "email": "nobody", "kind": "COACHING"}, prefix="wrong")
    filled = SampleForm(initial={"name": "Emil Brandt", "candour": "5", "seen": ["HELP"], "place": "CALL"})
    context = {
        "icons": ICONS,
        "statuses": [(status, status.replace("_", " ").capitalize()) for status in STATUSES],
        "form": filled,
        "wrong": wrong,
        "sessions": [SampleSession("SCHEDULED", 24), SampleSession("HELD", 10), SampleSession("MISSED", 3)],
        "facts": [("Organization", "Halvorsen Marine"), ("Period", "1 March to 30 September 2025"), ("Role", "")],
        "sample_nav": [
            {"label": "Home", "url": "#", "is_current": True},
            {"label": "Portfolio", "url": "#portfolio", "is_current": False},
            {"label": "Programs", "url": "#programs", "is_current": False},
            {"label": "Import", "url": "#import", "is_current": False},
        ],
    }
    return render(request, "coaching/gallery.html", context)


@require_safe
@open_to(ANYBODY)
def favicon(request):
    """Browsers ask for this address whatever the page says."""
    return HttpResponsePermanentRedirect(static("img/favicon.ico"))
