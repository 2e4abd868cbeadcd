"""Rupture and repair: a case for the coach alone, open until it is repaired or has ended."""

import re

import pytest
from django.urls import reverse

from coaching.tests.cast import at
from engagements.actions.keys import erase_engagement_texts
from engagements.models import AuditEvent, SealedText
from trust.actions.ruptures import open_rupture
from trust.models import Flag, Rupture

OPENED = {"kind": "PUSHED_TOO_HARD", "session": "", "words": "I pressed him about his deputy."}


@pytest.fixture
def case(cast):
    return open_rupture(
        engagement=cast.mine.engagement, kind="PUSHED_TOO_HARD", words="I pressed him.", by=cast.cora, now=at(-2)
    )


def detail(case):
    return reverse("rupture_detail", args=[case.pk])


def page_of(engagement):
    return reverse("engagement_detail", args=[engagement.pk])


def test_a_case_opened_by_hand_stands_on_the_page_of_the_engagement_until_it_is_closed(cast, as_user):
    coach, engagement = as_user(cast.cora), cast.mine.engagement
    answer = coach.post(reverse("rupture_open", args=[engagement.pk]), OPENED)
    case = Rupture.objects.get()
    assert answer.url == detail(case)
    assert "I pressed him about his deputy." in coach.get(detail(case)).content.decode()
    assert "I pushed too hard.</b> Open since" in coach.get(page_of(engagement)).content.decode()
    answer = coach.post(reverse("rupture_close", args=[case.pk]), {"outcome": "REPAIRED"})
    assert answer.url == detail(case)
    assert "Repaired</b> on" in coach.get(detail(case)).content.decode()
    assert "Open since" not in coach.get(page_of(engagement)).content.decode()


def test_a_closed_case_is_found_again_on_the_page_of_the_engagement_and_reopened(cast, as_user, case):
    coach = as_user(cast.cora)
    coach.post(reverse("rupture_close", args=[case.pk]), {"outcome": "REPAIRED"})
    page = coach.get(page_of(cast.mine.engagement)).content.decode()
    assert "1 rupture closed" in page
    assert f'href="{detail(case)}"' in page
    coach.post(reverse("rupture_reopen", args=[case.pk]))
    page = coach.get(page_of(cast.mine.engagement)).content.decode()
    assert "1 rupture closed" not in page
    assert "I pushed too hard.</b> Open since" in page


def test_a_case_opened_from_a_flag_knows_which(cast, as_user):
    flag = Flag.objects.create(engagement=cast.mine.engagement, kind="REGRESSING", opened_at=at(-3))
    page = f"{reverse('rupture_open', args=[cast.mine.engagement.pk])}?flag={flag.pk}"
    as_user(cast.cora).post(page, OPENED)
    assert Rupture.objects.get().flag == flag


def test_a_flag_or_session_of_somebody_else_is_none(cast, as_user):
    theirs = Flag.objects.create(engagement=cast.other.engagement, kind="QUIET", opened_at=at(-3))
    page = f"{reverse('rupture_open', args=[cast.mine.engagement.pk])}?flag={theirs.pk}"
    answer = as_user(cast.cora).post(page, OPENED | {"session": str(cast.other.session.pk)})
    assert answer.status_code == 200
    assert "is not one of the available choices" in answer.content.decode()
    as_user(cast.cora).post(page, OPENED)
    assert Rupture.objects.get().flag is None


def test_what_was_tried_is_kept_in_order_with_its_words(cast, as_user, case):
    coach, page = as_user(cast.cora), reverse("rupture_attempt", args=[case.pk])
    for step, day, words in (("LISTENED", at(-1), "He said more."), ("NAMED_IT", at(-2), "I said it first.")):
        coach.post(page, {"step": step, "tried_on": f"{day:%Y-%m-%d}", "words": words})
    html = coach.get(detail(case)).content.decode()
    assert html.index("I said it first.") < html.index("He said more.")
    assert "2 things tried" in coach.get(page_of(cast.mine.engagement)).content.decode()


def test_a_day_to_come_is_refused_and_what_was_typed_stays(cast, as_user, case):
    form = {"step": "OTHER", "tried_on": f"{at(3):%Y-%m-%d}", "words": "Typed words"}
    html = as_user(cast.cora).post(reverse("rupture_attempt", args=[case.pk]), form).content.decode()
    assert "This day is still to come." in html
    assert "Typed words" in html
    assert not case.attempts.exists()


def test_two_presses_open_one_case(cast, as_user):
    for _ in range(2):
        as_user(cast.cora).post(reverse("rupture_open", args=[cast.mine.engagement.pk]), OPENED)
    assert Rupture.objects.count() == 1
    assert SealedText.objects.filter(kind="RUPTURE").count() == 1


def test_opening_a_case_that_is_open_keeps_both_words_and_takes_what_it_lacked(cast, as_user, case):
    engagement = cast.mine.engagement
    flag = Flag.objects.create(engagement=engagement, kind="REGRESSING", opened_at=at(-1))
    held = engagement.sessions.held().newest_first().first()
    again = OPENED | {"words": "And once more today.", "session": str(held.pk) if held else ""}
    coach, page = as_user(cast.cora), f"{reverse('rupture_open', args=[engagement.pk])}?flag={flag.pk}"
    for _ in range(2):
        html = coach.post(page, again, follow=True).content.decode()
    assert "was open already" in html
    assert html.count("I pressed him.") == html.count("And once more today.") == 1
    case = Rupture.objects.get()
    assert (case.flag, case.session) == (flag, held)


def test_the_first_flag_and_session_of_a_case_stay_and_a_further_session_is_named_with_the_words(cast, as_user):
    engagement = cast.mine.engagement
    for session in engagement.sessions.all()[:2]:
        session.__class__.objects.filter(pk=session.pk).update(status="HELD")
    first, second = engagement.sessions.held().newest_first()[:2]
    opened = {"engagement": engagement, "kind": "LET_DOWN", "by": cast.cora}
    case = open_rupture(words="First.", session=first, now=at(-2), **opened)
    open_rupture(words="Second.", session=second, now=at(-1), **opened)
    html = as_user(cast.cora).get(detail(case)).content.decode()
    assert f"session of {second.starts_at:%-d %B %Y}: Second." in html
    assert Rupture.objects.get().session == first


def test_an_attempt_sent_twice_is_one_and_other_words_on_the_same_sheet_are_another(cast, as_user, case):
    coach, page = as_user(cast.cora), reverse("rupture_attempt", args=[case.pk])
    html = coach.get(detail(case)).content.decode()
    sheet = re.search(r'name="sheet" value="([0-9a-f]{32})"', html)[1]
    form = {"step": "NAMED_IT", "tried_on": f"{at(-1):%Y-%m-%d}", "words": "I said it.", "sheet": sheet}
    for _ in range(2):
        assert coach.post(page, form).status_code == 302
    assert case.attempts.count() == 1
    coach.post(page, form | {"words": "I said it again."})
    html = coach.get(detail(case)).content.decode()
    assert html.count("I said it.") == html.count("I said it again.") == 1


def test_a_closed_case_takes_nothing_more_and_can_be_reopened(cast, as_user, case):
    coach = as_user(cast.cora)
    coach.post(reverse("rupture_close", args=[case.pk]), {"outcome": "ENDED"})
    form = {"step": "OTHER", "tried_on": f"{at(-1):%Y-%m-%d}", "words": "Too late"}
    html = coach.post(reverse("rupture_attempt", args=[case.pk]), form).content.decode()
    assert "closed in the meantime" in html
    coach.post(reverse("rupture_reopen", args=[case.pk]))
    assert Rupture.objects.get().is_open


def test_a_case_cannot_be_closed_without_an_outcome(cast, as_user, case):
    as_user(cast.cora).post(reverse("rupture_close", args=[case.pk]), {"outcome": "FORGOTTEN"})
    assert Rupture.objects.get().is_open


@pytest.mark.parametrize("who", ["pia", "ada", "otto", "sten"])
def test_nobody_but_the_coach_learns_that_there_is_a_case(cast, as_user, case, who):
    client = as_user(getattr(cast, who))
    assert client.get(detail(case)).status_code == 404
    page = client.get(page_of(cast.mine.engagement))
    assert b"pushed" not in page.content.lower()


def test_the_words_are_sealed_and_the_audit_trail_names_nothing(cast, as_user, case):
    form = {"step": "OWNED_IT", "tried_on": f"{at(-1):%Y-%m-%d}", "words": "Apology"}
    as_user(cast.cora).post(reverse("rupture_attempt", args=[case.pk]), form)
    assert {text.kind for text in SealedText.objects.filter(kind__in=("RUPTURE", "REPAIR"))} == {"RUPTURE", "REPAIR"}
    trail = str(list(AuditEvent.objects.filter(verb__startswith="rupture.").values()))
    assert "PUSHED" not in trail
    assert "OWNED" not in trail


def test_an_erased_engagement_takes_no_words_and_says_so(cast, as_user, case):
    erase_engagement_texts(engagement=cast.mine.engagement, by=cast.pia, now=at())
    form = {"step": "OWNED_IT", "tried_on": f"{at(-1):%Y-%m-%d}", "words": "Apology"}
    html = as_user(cast.cora).post(reverse("rupture_attempt", args=[case.pk]), form).content.decode()
    assert "The words of this engagement were erased" in html
    assert "Apology" in html
