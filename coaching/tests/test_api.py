"""The API: tokens, repeated requests, pages of lists, and refusals that say what is wrong without repeating it."""

import json
import threading
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client

from coaching.tests.cast import at
from coaching.tests.test_access_matrix import report_on
from engagements.actions.api_tokens import make_token, revoke_token
from engagements.actions.housekeeping import keep_house
from engagements.actions.people import remove_manager
from engagements.models import ApiRequest, ApiToken, AuditEvent, Letter, Look, Scope, SealedText, Session, SponsorReport
from engagements.tasks import send_letter
from trust.actions.session_log import log_session
from trust.models import Flag, Reading

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()


class Caller:
    """A program that acts for one person."""

    def __init__(self, user, scopes=Scope.values):
        self.row, self.token = make_token(user=user, name="Test", scopes=scopes, days=30, now=at())
        self.client = Client()

    def get(self, path, **query):
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers())

    def post(self, path, body, *, key=None, content_type="application/json"):
        data = body if isinstance(body, str | bytes) else json.dumps(body)
        more = {"Idempotency-Key": key} if key else {}
        return self.client.generic("POST", f"/api/v1/{path}", data, content_type, headers=self.headers() | more)

    def headers(self):
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture
def cora(cast):
    return Caller(cast.cora)


@pytest.fixture
def pia(cast):
    return Caller(cast.pia)


# --- what is told --------------------------------------------------------------------------------


def test_a_coach_and_a_manager_are_told_of_the_same_engagement_and_the_ledger_says_so(cast, cora, pia):
    for caller, is_own in ((cora, True), (pia, False)):
        (row,) = caller.get("engagements").json()["items"]
        assert (row["executive"], row["coach"], row["is_own"]) == ("Emil", "Cora", is_own)
        assert row == caller.get(f"engagements/{cast.mine.engagement.pk}").json()
    assert set(Look.objects.values_list("who_id", "subject_type")) == {
        (cast.cora.pk, "ENGAGEMENT"),
        (cast.pia.pk, "PROGRAM"),
    }


def test_a_manager_learns_of_a_flag_its_kind_its_age_and_whether_there_was_a_response(cast, cora, pia):
    told = {"kind": "QUIET", "level": "ALARM", "opened_at": at(-5), "evidence": {"weeks": 7}}
    Flag.objects.create(engagement=cast.mine.engagement, **told)
    Flag.objects.create(engagement=cast.mine.engagement, kind="STALLED", level="WATCH", opened_at=at(-5))
    (seen,) = pia.get("flags").json()["items"]
    assert {key: seen[key] for key in seen if key not in ("id", "engagement_id")} == {
        "kind": "QUIET", "age_days": 5, "is_answered": False, "level": None, "opened_at": None,
    }  # fmt: skip
    own = cora.get("flags").json()["items"]
    assert {(row["kind"], row["level"]) for row in own} == {("QUIET", "ALARM"), ("STALLED", "WATCH")}
    assert all(row["opened_at"] for row in own)


def test_a_frozen_report_is_told_as_it_was_released_and_a_draft_is_not_there(cast, pia):
    report_on(cast.mine)
    (row,) = pia.get("reports").json()["items"]
    whole = pia.get(f"reports/{row['id']}").json()
    assert whole["digest"] == row["digest"]
    assert {line["kind"] for line in whole["lines"]} <= {"PROGRESS", "OBJECTIVE"}
    assert {line["engagement_id"] for line in whole["lines"]} == {str(cast.mine.engagement.pk)}
    assert "Delegate" not in pia.get(f"reports/{row['id']}").text
    looks = Look.objects.filter(who_id=cast.pia.pk, what="EXPORT")
    assert {look.subject_id for look in looks} == {cast.mine.engagement.pk}
    draft = SponsorReport.objects.exclude(pk=row["id"]).get()
    assert pia.get(f"reports/{draft.pk}").status_code == 404


def test_lists_come_in_pages_by_key_and_lose_nothing_when_something_is_added_between(cast, cora):
    for day in range(20, 27):
        assert cora.post(_sessions(cast), {"starts_at": at(day).isoformat()}).status_code == 201
    found, after = [], None
    while True:
        page = cora.get("sessions", limit=3, **({"after": after} if after else {})).json()
        found += [row["id"] for row in page["items"]]
        if (after := page["next"]) is None:
            break
    assert len(found) == len(set(found)) == 9
    assert cora.get("sessions", status="SCHEDULED", engagement=uuid.uuid4()).json() == {"items": [], "next": None}


def test_moments_are_told_and_taken_with_their_offset(cast, cora):
    answer = cora.post(_sessions(cast), {"starts_at": "2030-01-31T10:00:00+02:00", "minutes": 45})
    assert answer.json()["starts_at"] == "2030-01-31T08:00:00Z"
    assert cora.get(answer.headers["Location"].removeprefix("/api/v1/")).json() == answer.json()
    assert cora.post(_sessions(cast), {"starts_at": "2030-01-31T10:00:00"}).status_code == 422


def test_what_was_said_and_rated_changes_nothing_that_anybody_is_told(cast, cora, pia):
    """Two worlds that differ in a log alone: to a manager, and to the coach by a program, they are the same."""
    worlds = []
    for words, rating in (("It went well.", 7), ("He is afraid of the board.", 1)):
        log_session(session=cast.mine.session, by=cast.cora, now=at(), minutes=60, ratings={"care": rating}, note=words)
        addresses = ("programs", "engagements", "sessions", "flags", f"sessions/{cast.mine.session.pk}")
        worlds.append([caller.get(address).text for caller in (pia, cora) for address in addresses])
    assert worlds[0] == worlds[1]


# --- what is done --------------------------------------------------------------------------------


def test_a_log_is_kept_as_on_the_page_and_nothing_of_it_is_told_again(cast, cora):
    words = "A quiet word nobody repeats"
    log = {"minutes": 50, "ratings": {"value": 6, "candour": 3}, "seen": ["GUARDED"], "note": words, "summary": words}
    answer = cora.post(f"sessions/{cast.mine.session.pk}/log", log)
    assert (answer.status_code, answer.json()["status"]) == (200, "HELD")
    assert words not in answer.text
    reading = Reading.objects.get(session=cast.mine.session)
    assert (reading.value, reading.candour, reading.care) == (6, 3, None)
    assert SealedText.objects.filter(subject_id=cast.mine.session.pk).count() == 2
    for address in ("sessions", f"sessions/{cast.mine.session.pk}", "engagements", "flags"):
        said = cora.get(address).text
        assert words not in said
        assert "candour" not in said


def test_a_log_on_record_is_not_replaced(cast, cora):
    path = f"sessions/{cast.mine.session.pk}/log"
    assert cora.post(path, {"minutes": 50, "note": "First."}).status_code == 200
    again = cora.post(path, {"minutes": 20})
    assert (again.status_code, again.json()["status"]) == (409, 409)
    cast.mine.session.refresh_from_db()
    assert cast.mine.session.minutes == 50


def test_a_session_to_come_and_a_taken_time_are_refused_with_the_reason(cast, cora):
    early = cora.post(f"sessions/{cast.mine.upcoming.pk}/log", {"minutes": 50})
    assert (early.status_code, early.json()["detail"]) == (
        409,
        "This session is still to come; it cannot be logged yet.",
    )
    taken = cora.post(_sessions(cast), {"starts_at": cast.mine.upcoming.starts_at.isoformat()})
    assert (taken.status_code, taken.json()["detail"]) == (409, "There is a session at that time already.")


def _sessions(cast):
    return f"engagements/{cast.mine.engagement.pk}/sessions"


# --- the same request twice ----------------------------------------------------------------------


def test_the_same_request_with_the_same_key_is_done_once_and_answered_alike(cast, cora):
    body = {"starts_at": at(30).isoformat()}
    first, second = (cora.post(_sessions(cast), body, key="k-1") for _ in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert [one.headers["Idempotent-Replayed"] for one in (first, second)] == ["false", "true"]
    assert Session.objects.filter(starts_at=at(30)).count() == 1
    assert AuditEvent.objects.filter(verb="session.scheduled", subject_id=first.json()["id"]).count() == 1


def test_the_same_key_with_another_request_is_refused_and_does_nothing(cast, cora):
    assert cora.post(_sessions(cast), {"starts_at": at(30).isoformat()}, key="k-1").status_code == 201
    other = cora.post(_sessions(cast), {"starts_at": at(31).isoformat()}, key="k-1")
    assert other.status_code == 422
    assert not Session.objects.filter(starts_at=at(31)).exists()


def test_a_request_that_failed_may_be_sent_again_under_its_key(cast, cora):
    path, body = f"sessions/{cast.mine.upcoming.pk}/log", {"minutes": 50}
    assert cora.post(path, body, key="k-2").status_code == 409
    assert not ApiRequest.objects.exists()
    with time_machine.travel(at(14)):
        assert cora.post(path, body, key="k-2").status_code == 200


def test_keys_are_each_persons_own_hold_nothing_of_the_body_and_go_after_two_days(cast, cora):
    body = {"minutes": 50, "note": "Sealed elsewhere."}
    assert cora.post(f"sessions/{cast.mine.session.pk}/log", body, key="k-3").status_code == 200
    otto = Caller(cast.otto)
    other = otto.post(f"engagements/{cast.other.engagement.pk}/sessions", {"starts_at": at(30).isoformat()}, key="k-3")
    assert other.status_code == 201
    keep_house(now=at(1))
    assert ApiRequest.objects.count() == 2
    keep_house(now=at(2, 2))
    assert not ApiRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_with_one_key_make_one_session(cast):
    callers = [Caller(cast.cora) for _ in range(2)]
    answers, starting = [], threading.Barrier(2)

    def send(caller):
        starting.wait()
        answers.append(caller.post(_sessions(cast), {"starts_at": at(33).isoformat()}, key="same"))
        connection.close()

    threads = [threading.Thread(target=send, args=(caller,)) for caller in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.status_code for one in answers} == {201}
    assert answers[0].json() == answers[1].json()
    assert Session.objects.filter(starts_at=at(33)).count() == 1


# --- tokens --------------------------------------------------------------------------------------


def test_a_token_is_shown_once_kept_as_a_hash_and_listed_by_its_beginning(cast, as_user):
    client = as_user(cast.cora)
    client.get("/profile/tokens/")  # the session has only just begun
    shown = client.post("/profile/tokens/", {"name": "Calendar", "scopes": ["READ"], "days": "90"})
    row = ApiToken.objects.get()
    token = shown.context["token"]
    assert token in shown.text
    assert Client().get("/api/v1/programs", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    listed = client.get("/profile/tokens/").text
    assert token not in listed
    assert row.hint in listed
    assert token not in str(list(ApiToken.objects.values()))
    assert (row.expires_at - row.created_at).days == 90


def test_a_new_token_is_told_to_its_person_by_mail_without_the_token(cast, cora, mailoutbox):
    send_letter(str(Letter.objects.get(kind="api_token_made").pk))
    (mail,) = mailoutbox
    assert mail.to == [cast.cora.email]
    assert "/profile/tokens/" in mail.body
    assert "pot_" not in mail.body


@pytest.mark.parametrize("wrong", [{"days": "366"}, {"days": "0"}, {"scopes": []}, {"scopes": ["ALL"]}, {"name": ""}])
def test_a_token_has_a_name_a_scope_and_at_most_a_year(cast, as_user, wrong):
    given = {"name": "Calendar", "scopes": ["READ"], "days": "90"} | wrong
    assert as_user(cast.cora).post("/profile/tokens/", given).status_code == 200
    assert not ApiToken.objects.exists()


def test_a_revoked_token_opens_nothing_from_then_on(cast, cora, as_user):
    assert cora.get("programs").status_code == 200
    as_user(cast.cora).post(f"/profile/tokens/{cora.row.pk}/revoke/")
    refused = cora.get("programs")
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_role_that_ended_and_an_account_that_was_shut_count_from_the_next_request(cast, pia):
    assert len(pia.get("engagements").json()["items"]) == 1
    remove_manager(membership=cast.mine.program.managers.get(user=cast.pia), by=cast.ada, now=at())
    assert pia.get("engagements").status_code == 404
    cast.pia.is_active = False
    cast.pia.save()
    assert pia.get("engagements").status_code == 401


def test_the_last_use_is_noted_once_a_minute(cast, cora):
    with time_machine.travel(at(0, 1), tick=False) as clock:
        cora.get("programs")
        first = ApiToken.objects.get().last_used_at
        clock.shift(timedelta(seconds=50))
        cora.get("programs")
        assert ApiToken.objects.get().last_used_at == first
        clock.shift(timedelta(seconds=20))
        cora.get("programs")
        assert ApiToken.objects.get().last_used_at == first + timedelta(seconds=70)


def test_too_many_requests_with_one_token_have_to_wait_and_others_do_not(cast, cora, pia, settings):
    settings.API_REQUESTS_PER_MINUTE = 3
    with time_machine.travel(at(0, 1) + timedelta(seconds=20), tick=False):
        assert [cora.get("programs").status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = cora.get("programs")
        assert (refused.headers["Retry-After"], refused.json()["status"]) == ("40", 429)
        assert pia.get("programs").status_code == 200


def test_guessing_tokens_has_to_wait_too(cast):
    answers = [Client().get("/api/v1/programs", headers={"Authorization": f"Bearer {n}"}) for n in range(32)]
    assert [one.status_code for one in answers[28:]] == [401, 401, 429, 429]


def test_a_token_for_reading_cannot_write(cast):
    reader = Caller(cast.cora, [Scope.READ])
    refused = reader.post(f"engagements/{cast.mine.engagement.pk}/sessions", {"starts_at": at(30).isoformat()})
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (403, 'Bearer error="insufficient_scope"')


def test_twenty_tokens_are_enough_for_anybody(cast, as_user):
    rows = [make_token(user=cast.cora, name="n", scopes=["READ"], days=1, now=at())[0] for _ in range(20)]
    form = {"name": "One more", "scopes": ["READ"], "days": "1"}
    as_user(cast.cora).get("/profile/tokens/")
    assert "Revoke one first" in as_user(cast.cora).post("/profile/tokens/", form).text
    revoke_token(token=rows[0], by=cast.cora, now=at())
    assert as_user(cast.cora).post("/profile/tokens/", form).context["token"]


# --- what is sent wrongly ------------------------------------------------------------------------

NOT_JSON = (
    " ", "{", "[]", "null", '"text"', '{"starts_at": NaN}', '{"a": 1, "a": 2}', b"\xff\xfe{}",
    '{"place": "\\u0000"}', '{"place": "\\ud800"}', '{"minutes": 1' + "0" * 5000 + "}", '{"minutes": 1e999}',
    '{"a":' * 5000, "[" * 100_000, '{"minutes": 99999999999999999999}',
)  # fmt: skip


@pytest.mark.parametrize("body", NOT_JSON, ids=range(len(NOT_JSON)))
def test_what_is_no_json_of_ours_is_refused_as_not_understood(cast, cora, body):
    refused = cora.post(_sessions(cast), body)
    assert (refused.status_code, refused.headers["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_at": 5},
        {"starts_at": "yesterday"},
        {"starts_at": "0001-01-01T00:00:00Z"},
        {"starts_at": "9999-12-31T23:59:59+00:00"},
        {"minutes": "60"},
        {"minutes": 4},
        {"minutes": 60.5},
        {"minutes": True},
        {"kind": "PARTY"},
        {"place": "a\u202eb"},
        {"call_link": "http://call.example"},
        {"call_link": "javascript:alert(1)"},
        {"secretary": "Unknown name"},
    ],
    ids=str,
)
def test_what_does_not_fit_is_named_and_not_repeated(cast, cora, wrong):
    refused = cora.post(_sessions(cast), {"starts_at": at(30).isoformat()} | wrong)
    assert refused.status_code == 422
    assert refused.json()["errors"]
    assert "secretary" not in refused.text
    assert Session.objects.count() == 4


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "after=1", "page=2", "limit=5&limit=6", "%00=1"])
def test_a_query_that_is_not_known_is_refused(cora, query):
    refused = cora.client.get(f"/api/v1/sessions?{query}", headers=cora.headers())
    assert (refused.status_code, refused.json()["status"]) == (422, 422)


def test_other_kinds_of_content_and_too_much_of_it_are_refused(cast, cora):
    assert (
        cora.post(_sessions(cast), "starts_at=1", content_type="application/x-www-form-urlencoded").status_code == 415
    )
    assert cora.post(_sessions(cast), "{}", content_type="application/json; charset=latin-1").status_code == 415
    assert cora.post(_sessions(cast), '{"a": "' + "x" * 2**20 + '"}').status_code == 413


@pytest.mark.parametrize("key", ["", "a b", "x" * 121, "é"])
def test_a_key_is_a_short_word(cast, cora, key):
    body, headers = json.dumps({"starts_at": at(30).isoformat()}), cora.headers() | {"Idempotency-Key": key}
    answer = cora.client.generic("POST", f"/api/v1/{_sessions(cast)}", body, "application/json", headers=headers)
    assert answer.status_code == 422
    assert not ApiRequest.objects.exists()


# --- the document --------------------------------------------------------------------------------


def test_the_document_is_openapi_3_1_and_the_page_reads_it_without_another_site(cast, client, as_user):
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    page = as_user(cast.cora).get("/api/v1/docs").text
    for address in document["paths"]:
        assert address in page
    assert "<script" not in page.replace('<script src="/static/', "")
    assert "https://" not in page.replace("https://127.0.0.1", "")
