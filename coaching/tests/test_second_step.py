"""The second step of signing in, through the front door: who needs one, what it opens, and how it is lost and found."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from coaching.tests.cast import PASSWORD, at
from coaching.tests.codes import WRONG, code_of, recovery_codes, set_up_app, sign_in, take_step
from coaching.tests.test_access_matrix import ROUTES
from engagements.actions.invitations import invite, open_first_door
from engagements.models import AuditEvent

SETTING_UP = reverse("mfa_index")
NEW_PASSWORD = "another long phrase"


@pytest.fixture(autouse=True)
def required(settings, db):
    settings.SECOND_FACTOR = True
    cache.clear()


@pytest.fixture
def cora(cast):
    return cast.cora


def has_app(client, user):
    """Signs in with the password and sets up an app; returns its key."""
    sign_in(client, user)
    return set_up_app(client)


def verbs():
    return AuditEvent.objects.values_list("verb", flat=True)


# --- nothing without it ------------------------------------------------------------------------------


def test_whoever_has_none_reaches_only_the_page_that_sets_one_up(client, cora):
    assert sign_in(client, cora).url == reverse("home")
    for route in ROUTES:
        if not (route.row or route.word) and route.get:
            assert client.get(reverse(route.name)).url == SETTING_UP, route.name
    page = client.get(SETTING_UP)
    assert page.status_code == 200
    assert not page.context["has_one"]
    for name in ("account_change_password", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"):
        assert client.get(reverse(name)).url == SETTING_UP, name


@pytest.mark.parametrize("name", ["cora", "pia", "ada", "sten"])
def test_coaches_managers_administrators_and_strangers_all_need_one(client, cast, name):
    sign_in(client, getattr(cast, name))
    assert client.get(reverse("admin:index")).url == client.get(reverse("home")).url == SETTING_UP


def test_what_anybody_may_open_stays_open_and_so_does_the_way_out(client, cora):
    sign_in(client, cora)
    assert client.get(reverse("healthz")).status_code == 200
    assert client.get(reverse("welcome", args=["nothing"])).status_code == 404
    assert client.post(reverse("account_logout")).url == reverse("account_login")
    assert client.get(SETTING_UP).url.startswith(reverse("account_login"))


def test_a_form_sent_without_a_second_step_changes_nothing(client, cora):
    sign_in(client, cora)
    assert client.post(reverse("profile"), {"name": "Corinna", "time_zone": "UTC"}).url == SETTING_UP
    cora.refresh_from_db()
    assert cora.name == "Cora"


def test_in_a_demo_the_password_is_enough(client, cora, settings):
    settings.SECOND_FACTOR = False
    sign_in(client, cora)
    assert client.get(reverse("home")).status_code == 200


# --- an app ------------------------------------------------------------------------------------------


def test_an_app_is_set_up_and_asked_for_at_the_next_sign_in(client, cora):
    key = has_app(client, cora)
    assert client.get(reverse("home")).status_code == 200
    client.post(reverse("account_logout"))
    assert sign_in(client, cora).url == reverse("mfa_authenticate")
    assert client.get(reverse("home")).url.startswith(reverse("account_login"))
    assert take_step(client, WRONG).status_code == 200
    assert client.get(reverse("home")).url.startswith(reverse("account_login"))
    assert take_step(client, code_of(key)).url == reverse("home")
    assert client.get(reverse("home")).status_code == 200


def test_a_code_works_once_however_it_is_written(client, cora):
    key = has_app(client, cora)
    code = code_of(key)
    browser, other = Client(), Client()
    sign_in(browser, cora)
    sign_in(other, cora)
    assert take_step(browser, code).status_code == 302
    for same in (code, f"{code[:3]} {code[3:]}", f"{code[:3]}-{code[3:]}"):
        assert take_step(other, same).status_code == 200
    assert take_step(other, code_of(key, 1)).status_code == 302


def test_a_code_is_not_taken_again_after_its_half_minute_either(client, cora):
    """It fits for a minute and a half, since clocks differ; the library remembers it for thirty seconds."""
    key = has_app(client, cora)
    code = code_of(key, 1)
    browser, other = Client(), Client()
    sign_in(browser, cora)
    assert take_step(browser, code).status_code == 302
    app = Authenticator.objects.get(type=Authenticator.Type.TOTP).wrap()
    assert cache.delete(app._get_used_cache_key(code))
    sign_in(other, cora)
    assert take_step(other, code).status_code == 200


def test_a_wrong_code_sets_nothing_up(client, cora):
    sign_in(client, cora)
    client.get(reverse("mfa_activate_totp"))
    assert client.post(reverse("mfa_activate_totp"), {"code": WRONG}).status_code == 200
    assert not Authenticator.objects.exists()
    assert client.get(reverse("home")).url == SETTING_UP


def test_codes_of_one_person_do_not_fit_another(client, cora, cast):
    key = has_app(Client(), cast.otto)
    has_app(client, cora)
    client.post(reverse("account_logout"))
    sign_in(client, cora)
    assert take_step(client, code_of(key)).status_code == 200


def test_the_database_holds_neither_key_nor_codes(client, cora):
    key = has_app(client, cora)
    codes = recovery_codes(client)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert key not in kept
    assert not [code for code in codes if code in kept]


def test_under_another_key_of_the_installation_the_page_says_so_and_nobody_gets_in(client, cora, settings):
    key = has_app(client, cora)
    settings.SECOND_STEP_KEY = "another"
    browser = Client()
    sign_in(browser, cora)
    answer = take_step(browser, code_of(key, 1))
    assert answer.status_code == 503
    assert b"SECOND_STEP_KEY" in answer.content
    assert browser.get(reverse("home")).status_code == 302


# --- recovery codes ----------------------------------------------------------------------------------


def test_recovery_codes_are_shown_after_setting_up_and_each_works_once(client, cora, mailoutbox):
    has_app(client, cora)
    codes = recovery_codes(client)
    assert len(set(codes)) == 10
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert all(code in page for code in codes)
    for wanted in (302, 200):
        browser = Client()
        sign_in(browser, cora)
        assert take_step(browser, codes[0]).status_code == wanted
    assert mailoutbox[-1].to == [cora.email]
    assert "with a recovery code; 9 left" in mailoutbox[-1].body
    assert codes[0] not in recovery_codes(client)
    assert {"second_step.app_added", "second_step.code_used"} <= set(verbs())


def test_new_recovery_codes_end_the_old_ones(client, cora):
    has_app(client, cora)
    old = recovery_codes(client)
    assert client.post(reverse("mfa_generate_recovery_codes")).status_code == 302
    assert not set(old) & set(recovery_codes(client))


# --- changing it -------------------------------------------------------------------------------------


def signed_in_for_long(client):
    """As if the person had signed in an hour ago."""
    session = client.session
    session["began_at"] -= 3600
    session.save()


PROTECTED = [
    "mfa_activate_totp", "mfa_deactivate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes", "mfa_download_recovery_codes",
]  # fmt: skip


@pytest.mark.parametrize("name", PROTECTED[1:])
def test_before_a_second_step_changes_one_says_again_who_one_is(client, cora, name):
    key = has_app(client, cora)
    signed_in_for_long(client)
    asked = client.get(reverse(name))
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert client.post(asked.url, {"password": "wrong"}).status_code == 200
    by_code = reverse("mfa_reauthenticate") + f"?next={reverse(name)}"
    assert client.post(by_code, {"code": WRONG}).status_code == 200
    assert client.post(by_code, {"code": code_of(key, 1)}).url == reverse(name)
    assert client.get(reverse(name)).status_code == 200


def test_the_only_second_step_cannot_be_removed_while_one_is_needed(client, cora, settings):
    has_app(client, cora)
    assert b"your only second step" in client.get(reverse("mfa_deactivate_totp")).content
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 200
    assert Authenticator.objects.filter(type="totp").exists()
    settings.SECOND_FACTOR = False
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.exists()


def test_the_page_of_the_account_leads_there(client, cora):
    has_app(client, cora)
    page = client.get(reverse("profile")).content.decode()
    assert reverse("mfa_index") in page
    assert reverse("account_change_password") in page
    assert reverse("mfa_view_recovery_codes") in client.get(SETTING_UP).content.decode()


# --- ways around it ----------------------------------------------------------------------------------


def test_a_new_invitation_does_not_lead_around_it(client, cora, cast):
    key = has_app(client, cora)
    token = invite(user=cora, by=cast.ada, now=at())
    browser = Client()
    form = {"password": NEW_PASSWORD, "password_again": NEW_PASSWORD}
    assert browser.post(reverse("welcome", args=[token]), form).url == reverse("mfa_authenticate")
    assert browser.get(reverse("home")).status_code == 302
    assert take_step(browser, code_of(key, 1)).status_code == 302
    assert browser.get(reverse("home")).status_code == 200


def test_a_new_password_does_not_lead_around_it(client, cora, mailoutbox):
    has_app(client, cora)
    browser = Client()
    browser.post(reverse("account_reset_password"), {"email": cora.email})
    link = next(word for word in mailoutbox[-1].body.split() if "/password/reset/link/" in word)
    page = browser.get(link, follow=True).request["PATH_INFO"]
    browser.post(page, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert browser.get(reverse("home")).url.startswith(reverse("account_login"))
    assert sign_in(browser, cora, NEW_PASSWORD).url == reverse("mfa_authenticate")


def test_a_session_that_never_showed_it_ends(client, cora):
    has_app(client, cora)
    browser = Client()
    browser.force_login(cora)
    assert browser.get(reverse("home")).url == reverse("account_login")
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize("is_first", [True, False])
def test_an_account_that_begins_by_a_link_is_led_to_setting_one_up(client, request, is_first):
    form = {"password": NEW_PASSWORD, "password_again": NEW_PASSWORD}
    if is_first:
        token = open_first_door(now=at())
        form |= {"name": "Demo First", "email": "first@people.example"}
    else:
        cast = request.getfixturevalue("cast")
        token = invite(user=cast.sten, by=cast.ada, now=at())
    answer = client.post(reverse("welcome", args=[token]), form, follow=True)
    assert answer.redirect_chain[-1][0] == SETTING_UP
    set_up_app(client)
    assert client.get(reverse("home")).status_code == 200


# --- lost --------------------------------------------------------------------------------------------


@pytest.fixture
def ada(cast):
    client = Client()
    has_app(client, cast.ada)
    return client


def taking_away(user):
    return reverse("admin:engagements_user_second_step", args=[user.pk])


def test_an_administrator_takes_away_what_somebody_lost(client, cora, cast, ada, mailoutbox):
    has_app(client, cora)
    assert taking_away(cora) in ada.get(reverse("admin:engagements_user_change", args=[cora.pk])).content.decode()
    assert ada.get(taking_away(cora)).status_code == 200
    assert Authenticator.objects.filter(user=cora).exists()
    mailoutbox.clear()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("django.db.transaction.on_commit", lambda job, **options: job())
        assert ada.post(taking_away(cora)).status_code == 302
    assert not Authenticator.objects.filter(user=cora).exists()
    assert [mail.to for mail in mailoutbox] == [[cora.email]]
    assert "Ada took away the second step" in mailoutbox[0].body
    event = AuditEvent.objects.get(verb="second_step.taken_away")
    assert (event.actor_id, event.subject_id) == (cast.ada.pk, cora.pk)
    assert client.get(reverse("home")).url.startswith(reverse("account_login"))
    sign_in(client, cora)
    assert client.get(reverse("home")).url == SETTING_UP


def test_nobody_takes_away_their_own(cast, ada):
    page = ada.get(taking_away(cast.ada)).content.decode()
    assert "Take away all second steps" not in page
    assert ada.post(taking_away(cast.ada)).status_code == 403
    assert Authenticator.objects.filter(user=cast.ada).exists()


def test_nobody_but_an_administrator_takes_any_away(client, cora, cast):
    has_app(client, cora)
    has_app(Client(), cast.otto)
    assert client.post(taking_away(cast.otto)).status_code in (403, 404)
    assert Authenticator.objects.filter(user=cast.otto).exists()


def test_on_the_server_it_is_a_command(client, cora):
    has_app(client, cora)
    call_command("take_away_second_steps", cora.email.upper())
    assert not Authenticator.objects.filter(user=cora).exists()
    with pytest.raises(CommandError, match="Nobody has this e-mail address"):
        call_command("take_away_second_steps", "nobody@people.example")


def test_pages_of_the_second_step_hold_nothing_inline(client, cora):
    from coaching.tests.test_account_pages import INLINE

    sign_in(client, cora)
    assert sign_in(client, cora, PASSWORD).status_code == 302
    for name in ("mfa_index", "mfa_activate_totp", "mfa_add_webauthn"):
        assert not INLINE.search(client.get(reverse(name)).content.decode()), name
    set_up_app(client)
    for name in PROTECTED[1:-1]:
        assert not INLINE.search(client.get(reverse(name)).content.decode()), name
