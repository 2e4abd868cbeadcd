"""Every form in which a coach types at length: it is sent in place, kept while it is typed, and brought back."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from coaching.tests.cast import at
from coaching.tests.test_access_matrix import ROUTES, everybody  # noqa: F401 - a fixture
from coaching.tests.test_bad_input import address
from engagements.models import Draft, Engagement, Session
from trust.models import PointOfTrust

PAGES = [route for route in ROUTES if "cora" in (route.get or ())]
# What a coach types there is not about an engagement: the page waits and tries again, without drafts.
WITHOUT_DRAFTS = {"profile"}
WITH_WORDS = {
    "confidentiality_use_add", "data_request", "driver_add", "driver_edit", "driver_evidence", "ending",
    "evidence_edit", "experiment_add", "experiment_detail", "experiment_edit", "follow_up", "objective_add",
    "objective_edit", "point_of_trust", "profile", "prompt_answer", "rupture_detail", "rupture_open",
    "session_log", "session_log_new",
}  # fmt: skip
WORDS, TAB = "half a thought, kept", "abcdef012345"


class Form:
    """A form of a page: how it says that it is sent, and what its fields begin with."""

    def __init__(self, has):
        self.has, self.values, self.areas, self.ticked = has | {"inside": ""}, {}, [], set()


class Forms(HTMLParser):
    """The forms of a page in which something long is typed."""

    def __init__(self, page):
        super().__init__()
        self.all, self._form, self._select = [], None, ""
        self.feed(page)

    @property
    def with_words(self):
        return [form for form in self.all if form.areas]

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        name, value = has.get("name"), has.get("value") or ""
        if tag == "form":
            self._form = Form(has)
            self.all.append(self._form)
        elif self._form is None:
            return
        self._form.has["inside"] += " ".join(has) + " "
        if tag == "option" and value and (not self._form.values.get(self._select) or "selected" in has):
            self._form.values[self._select] = value
        elif tag == "textarea":
            self._form.areas.append(name)
        elif tag == "select":
            self._select = name
        elif name and has.get("type") == "checkbox":
            self._form.ticked |= {name} if "checked" in has else set()
        elif name and tag in ("input", "button"):
            self._form.values.setdefault(name, value)

    def handle_endtag(self, tag):
        self._form = None if tag == "form" else self._form


@pytest.fixture
def cora(everybody, as_user):  # noqa: F811
    """She has held a session, and a point of trust is proposed."""
    Session.objects.filter(pk=everybody.mine.session.pk).update(status="HELD")
    about = {"proposed_at": at(-1), "proposed_on": at(-1).date()}
    PointOfTrust.objects.create(engagement=everybody.mine.engagement, **about)
    return as_user(everybody.cora)


def forms_on(client, url):
    page = client.get(url)
    return forms_on_page(page.content.decode()) if page.status_code == 200 else []


def forms_on_page(page):
    return Forms(page).with_words


@pytest.mark.django_db
def test_every_page_on_which_a_coach_types_at_length_is_listed(everybody, cora):  # noqa: F811
    found = {route.name for route in PAGES if forms_on(cora, address(route, everybody))}
    assert found == WITH_WORDS


@pytest.mark.django_db
@pytest.mark.parametrize("route", [route for route in PAGES if route.name in WITH_WORDS], ids=str)
def test_what_is_typed_there_is_kept_and_sent_in_place(route, everybody, cora):  # noqa: F811
    url = address(route, everybody)
    for form in forms_on(cora, url):
        assert "data-in-place" in form.has
        assert "data-save-trouble" in form.has["inside"]
        typed = form.values | dict.fromkeys(form.areas, WORDS) | {"draft_tab": TAB, "draft_turn": "1"}
        if route.name not in WITHOUT_DRAFTS:
            assert cora.post(form.has["data-autosave"], typed).json()["is_kept"]
            assert WORDS in cora.get(url).content.decode()
        answer = cora.post(form.has.get("action") or url, typed | {"draft_turn": "2"}, headers={"X-In-Place": "1"})
        assert answer.status_code == 200  # no redirect, which a script cannot tell from being signed out
        if "json" in answer.headers["Content-Type"]:
            assert answer.json()["go"].startswith("/")
            assert not Draft.objects.live().filter(tab=TAB).exists()
        else:
            assert WORDS in answer.content.decode()


@pytest.mark.django_db
def test_a_box_that_was_unticked_and_not_saved_stays_unticked(everybody, cora):  # noqa: F811
    everybody.mine.engagement.drivers.update(is_shared=True)
    url = reverse("driver_edit", args=[everybody.mine.engagement.drivers.in_order().first().pk])
    (form,) = forms_on(cora, url)
    assert "is_shared" in form.ticked
    typed = form.values | {"text": WORDS, "draft_tab": TAB, "draft_turn": "1"}
    assert cora.post(form.has["data-autosave"], typed).json()["is_kept"]
    (form,) = forms_on(cora, url)
    assert "is_shared" not in form.ticked


# --- saved elsewhere since the page was opened ------------------------------------------------------

# Page, a field of it that stands on record, and what else the form has to say.
ON_RECORD = {
    "driver_edit": ("text", {"kind": "DRIVER"}),
    "evidence_edit": ("text", {}),
    "experiment_edit": ("behaviour", {}),
    "ending": ("words", {"reached": "REACHED"}),
    "follow_up": ("words", {"lasting": "PARTLY"}),
    "prompt_answer": ("text", {}),
    "point_of_trust": ("words", {"reached_on": f"{at(-1):%Y-%m-%d}", "seen": ["OPENED_UP"]}),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ON_RECORD)
def test_who_saves_later_meets_both_texts_and_nothing_is_saved_over(name, everybody, cora):  # noqa: F811
    Engagement.objects.filter(pk=everybody.mine.engagement.pk).update(status="COMPLETED", ended_on=at().date())
    (route,) = [route for route in PAGES if route.name == name]
    url, (field, rest) = address(route, everybody), ON_RECORD[name]
    desk, train = (forms_on(cora, url)[0].values | rest for _ in range(2))
    assert cora.post(url, desk | {field: "from the desk"}).status_code == 302
    answer = cora.post(url, train | {field: "from the train"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "It was saved elsewhere" in page
    assert "from the desk" in page
    assert "from the train" in page
    again = forms_on_page(page)[0].values | rest
    assert cora.post(url, again | {field: "from the train"}).status_code == 302
    assert "from the train" in cora.get(url).content.decode()
