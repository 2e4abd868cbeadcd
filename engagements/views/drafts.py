"""Keeping what is typed: the address that a page sends it to, and what a form with drafts needs to begin."""

from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from engagements.access import COACH, open_to
from engagements.actions.drafts import (
    ON_RECORD,
    NotKept,
    Typed,
    end_drafts,
    save_draft,
    saved_since,
    throw_draft_away,
    typed_drafts,
    typed_elsewhere,
)
from engagements.forms.drafts import KeepingForm, TypingForm, typed_fields, typing_of, words_of_known
from engagements.models import Draft, Engagement
from engagements.views.going_back import go_back

IN_PLACE = "X-In-Place"  # the header of a script that sends a form and stays on the page


@sensitive_post_parameters()
@require_POST
@open_to(COACH)
def draft_save(request, pk):
    """Keeps what is typed; answers with the words to be shown beside the button."""
    engagement, now = get_object_or_404(Engagement.objects.confided_to(request.user), pk=pk), timezone.now()
    form = KeepingForm(request.POST)
    if not form.is_valid():
        return _not_kept("Not saved: this page is out of date. Copy what you typed, and load it anew.")
    typing = form.typing
    try:
        draft = save_draft(
            engagement=engagement, typing=typing, fields=typed_fields(request.POST), by=request.user, now=now
        )
    except NotKept as refusal:
        return _not_kept(f"Not saved: {_lower(refusal)}")
    words = [f"Saved {_clock(draft.saved_at)} as a draft.", *_elsewhere(request.user, form)]
    return JsonResponse({"is_kept": True, "words": " ".join(words)})


def _elsewhere(user, form):
    """What happened to the same form in another tab or on another device, in sentences."""
    opened_at = form.cleaned_data["draft_opened"]
    if saved_at := _saved_on_record(user, form.typing, opened_at):
        yield f"Saved elsewhere at {_clock(saved_at)}: when you save, you see both."
    elif typed_at := typed_elsewhere(user=user, typing=form.typing):
        yield f"Also typed elsewhere, {_clock(typed_at)}; both are kept."


def _saved_on_record(user, typing, opened_at):
    if opened_at is None or typing.kind not in ON_RECORD:
        return None
    return saved_since(user=user, subject_id=typing.subject_id, opened_at=opened_at)


def _not_kept(words):
    return JsonResponse({"is_kept": False, "words": words})


def _lower(sentence):
    sentence = str(sentence)
    return sentence[:1].lower() + sentence[1:]


def _clock(moment):
    """The time of a moment in the person's zone; with the date, if that is not today."""
    local = timezone.localtime(moment)
    is_today = local.date() == timezone.localdate()
    return f"{local:%H:%M}" if is_today else f"{local:%-d %b %Y, %H:%M}"


@require_POST
@open_to(COACH)
def draft_throw_away(request, pk):
    """Nobody wants these words any more."""
    drafts = Draft.objects.confided_to(request.user).select_related("engagement")
    draft = get_object_or_404(drafts, pk=pk)
    throw_draft_away(draft=draft, by=request.user, now=timezone.now())
    messages.success(request, "The draft is thrown away.")
    return go_back(request, "engagement_detail", draft.engagement_id)


# --- for views with a form --------------------------------------------------------------------------


@dataclass(frozen=True)
class FormDrafts:
    """What a form with drafts begins with (templates/_components/drafts.html)."""

    engagement: Engagement
    kind: str
    subject_id: UUID
    opened_at: datetime
    chosen: Typed | None = None  # the draft that stands in the form
    others: tuple[Typed, ...] = ()
    known: tuple[tuple[str, int], ...] = ()

    @property
    def data(self):
        """The draft as a form takes it; None where none stands in the form."""
        if self.chosen is None:
            return None
        data = QueryDict(mutable=True)
        for name, value in self.chosen.fields:
            data.appendlist(name, value)
        return data

    @property
    def initial(self):
        """The draft as what a form begins with."""
        return dict(self.chosen.fields) if self.chosen else {}

    def put_into(self, form):
        """The form, with the draft in it unless it was sent; what is hidden in it stays the page's own."""
        if self.chosen is not None and not form.is_bound:
            data, shown = self.data, [name for name, field in form.fields.items() if not field.widget.is_hidden]
            typed = {
                name: form.fields[name].widget.value_from_datadict(data, {}, form.add_prefix(name)) for name in shown
            }
            form.initial = form.initial | typed
        return form

    @property
    def known_words(self):
        return words_of_known(self.known)

    @property
    def opened_words(self):
        return f"{self.opened_at:%Y-%m-%dT%H:%M:%S.%f%z}"


def drafts_of(request, *, engagement, kind, subject_id, now):
    """Drafts of a form, for its page. The newest stands in the form, or the one `?draft=` names; "none" leaves all."""
    about = {"engagement": engagement, "kind": kind, "subject_id": subject_id, "opened_at": now}
    if request.method == "POST":
        typing = typing_of(request.POST)
        known = (*typing.known, (typing.tab, typing.turn)) if typing and typing.tab else typing.known if typing else ()
        return FormDrafts(**about, known=known)
    typed = typed_drafts(user=request.user, kind=kind, subject_id=subject_id)
    wanted = request.GET.get("draft", "")
    newest = None if wanted == "none" else next(iter(typed), None)
    chosen = next((one for one in typed if f"{one.draft.pk}" == wanted), newest)
    others = tuple(one for one in typed if one is not chosen)
    return FormDrafts(**about, chosen=chosen, others=others, known=(chosen.known,) if chosen else ())


def end_drafts_of(request, *, engagement, now):
    """The form that was sent is saved: its drafts have ended."""
    if typing := typing_of(request.POST):
        end_drafts(engagement=engagement, typing=typing, by=request.user, now=now)


def saved_elsewhere(request, text, current, subject_id=None):
    """Words for a field that was saved elsewhere since its page was opened; "" when it was not, or reads the same.

    `current` is the text on record, about `subject_id` where that is not what the form's drafts are about. The page
    comes back with both; saved once more, the new text takes its place.
    """
    form = TypingForm(request.POST)
    if not form.is_valid() or text == current or not (opened_at := form.cleaned_data["draft_opened"]):
        return ""
    subject_id = subject_id or form.typing.subject_id
    saved_at = saved_since(user=request.user, subject_id=subject_id, opened_at=opened_at)
    if saved_at is None:
        return ""
    if not current:
        return f"It was emptied elsewhere, {_clock(saved_at)}. Save once more to put yours in its place."
    return f"It was saved elsewhere, {_clock(saved_at)}: “{current}” Save once more to put yours in its place."


def meets_others(request, form, subject_id=None, **on_record):
    """Whether words of a valid form were saved elsewhere since its page was opened; it then says so beside them.

    `on_record`: the text on record of each field that holds words; `subject_id` as in `saved_elsewhere`.
    """
    for name, current in on_record.items():
        if both := saved_elsewhere(request, form.cleaned_data[name], current, subject_id):
            form.add_error(name, both)
    return not form.is_valid()


def saves_in_place(view):
    """Tells a script that sends the form itself where the browser would have gone; it goes there once it knows."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if IN_PLACE in request.headers and response.status_code == 302:
            return JsonResponse({"go": response.headers["Location"]})
        return response

    return answer
