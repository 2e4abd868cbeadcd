"""Routes of the matrix beside our own pages: accounts, second steps, the admin, the demo, and what is open to all."""

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache import cache
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from coaching import interfaces
from coaching.tests.matrix import ADMINISTRATOR, ANYBODY, COACH, EVERYBODY, NOBODY, Route
from coaching.tests.provider import CLIENT, SECRET, provider
from engagements.models import BackgroundJob

# A page that is routed in a demo only, from the moment the process starts; coaching/tests/test_look.py shows it.
NOT_ROUTED_HERE = {"demo_gallery"}

OPEN = [
    Route("healthz", get=ANYBODY),
    Route("favicon", get=ANYBODY),
    Route("mine_ask", get=ANYBODY, post=ANYBODY),
    Route("api_schema", get=ANYBODY),
]
MAIL = "00000000000000000001-0000abcd"
DEMO = [
    Route("demo_mail_list", get=EVERYBODY),
    Route("demo_mail", word=MAIL, get=EVERYBODY),
]
ACCOUNT = [
    Route("account_login", get=ANYBODY, post=ANYBODY),
    Route("directory_sign_in", post=ANYBODY),
    Route("directory_return", get=ANYBODY, leads_to_sign_in=True),
    Route("account_logout", get=ANYBODY, post=ANYBODY, leads_to_sign_in=True),
    Route("account_inactive", get=ANYBODY),
    Route("account_reauthenticate", get=EVERYBODY, post=EVERYBODY),
    Route("account_change_password", get=EVERYBODY, post=EVERYBODY),
    Route("account_reset_password", get=ANYBODY, post=ANYBODY),
    Route("account_reset_password_done", get=ANYBODY),
    Route("account_reset_password_from_key", "reset", get=ANYBODY, post=ANYBODY),
    Route("account_reset_password_from_key_done", get=ANYBODY),
    Route("mfa_authenticate", get=ANYBODY, post=ANYBODY, leads_to_sign_in=True),
    Route("mfa_reauthenticate", get=EVERYBODY, post=EVERYBODY),
    Route("mfa_reauthenticate_webauthn", get=EVERYBODY, post=EVERYBODY),
    Route("mfa_index", get=EVERYBODY),
    Route("mfa_activate_totp", get=EVERYBODY, post=EVERYBODY),
    Route("mfa_deactivate_totp", get=COACH, post=COACH),
    Route("mfa_add_webauthn", get=EVERYBODY, post=EVERYBODY),
    Route("mfa_edit_webauthn", "passkey", get=COACH, post=COACH),
    Route("mfa_remove_webauthn", "passkey", get=COACH, post=COACH),
    Route("mfa_view_recovery_codes", get=COACH),
    Route("mfa_generate_recovery_codes", get=EVERYBODY, post=EVERYBODY),
    Route("mfa_download_recovery_codes", get=COACH),
]


def _of_admin(name, **more):
    return Route(f"admin:{name}", get=ADMINISTRATOR, post=ADMINISTRATOR, **more)


# Which row the pages of a model are about.
ROW_OF = {
    "user": "person",
    "organization": "organization",
    "executive": "executive",
    "program": "program",
    "backgroundjob": "job",
}
ADMIN = [
    *(_of_admin(name) for name in ("index", "login", "password_change", "search")),
    Route("admin:password_change_done", get=ADMINISTRATOR, is_of_package=True),
    Route("admin:jsi18n", get=ADMINISTRATOR, is_of_package=True),
    Route("admin:logout", get=ADMINISTRATOR, post=ADMINISTRATOR, is_of_package=True, leads_to_sign_in=True),
    _of_admin("app_list", word="engagements"),
    _of_admin("engagements_user_second_step", row="person"),
    *(_of_admin(f"engagements_{model}_changelist") for model in (*ROW_OF, "look")),
    *(_of_admin(f"engagements_{model}_add") for model in ROW_OF if model != "backgroundjob"),
    *(_of_admin(f"engagements_{model}_change", row=row) for model, row in ROW_OF.items() if row != "job"),
    *(_of_admin(f"engagements_{model}_history", row=row) for model, row in ROW_OF.items()),
    Route(
        "admin:engagements_backgroundjob_change", "job", get=ADMINISTRATOR, post=NOBODY, may_know=ADMINISTRATOR
    ),  # looked at, not changed
]
OTHER_ROUTES = [*OPEN, *DEMO, *ACCOUNT, *ADMIN]
OTHER_ROWS = {
    "person": lambda cast: cast.cora.pk,
    "organization": lambda cast: cast.mine.organization.pk,
    "executive": lambda cast: cast.emil.pk,
    "job": lambda cast: BackgroundJob.objects.get_or_create(name="Judge everything")[0].pk,
    "reset": lambda cast: (user_pk_to_url_str(cast.cora), default_token_generator.make_token(cast.cora)),
    "passkey": lambda cast: cast.passkey,
}


@pytest.fixture
def provider_here():
    with provider() as server:
        yield server


@pytest.fixture
def surroundings(request, settings, tmp_path, everybody):
    """What a route needs to be there: a demo with a mail, or a person with second steps."""
    name = request.node.callspec.params["route"].name
    cache.clear()  # downloads are counted there
    if name.startswith("demo_"):
        settings.DEMO, settings.EMAIL_CONFIG, settings.EMAIL_FILE_PATH = True, "", tmp_path
        mail = b"To: someone@people.example\nSubject: Hello\nContent-Type: text/plain\n\nWords\n"
        (tmp_path / f"{MAIL}.eml").write_bytes(mail)
    if name.startswith("directory_"):
        server = request.getfixturevalue("provider_here")
        settings.OIDC_NAME = "Directory"
        settings.SOCIALACCOUNT_PROVIDERS = interfaces.providers(server.issuer, CLIENT, SECRET)
    if name.startswith(("account_", "mfa_")):
        settings.ACCOUNT_RATE_LIMITS = False
    if name.startswith("mfa_"):
        TOTP.activate(everybody.cora, generate_totp_secret())
        RecoveryCodes.activate(everybody.cora)
        passkey = {"user": everybody.cora, "type": Authenticator.Type.WEBAUTHN}
        data = {"name": "Passkey", "credential": credential()}
        everybody.passkey = Authenticator.objects.create(**passkey, data=data).pk


def credential():
    """What a browser tells of a passkey that it has just made."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    made = AttestedCredentialData.create(Aaguid(bytes(16)), b"a key of the test", public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    about = AuthenticatorData.create(sha256(b"localhost"), flags, 0, made)
    said = CollectedClientData.create("webauthn.create", b"challenge", "https://localhost")
    attested = AttestationObject.create("none", about, {})
    return {
        "id": websafe_encode(made.credential_id),
        "rawId": websafe_encode(made.credential_id),
        "type": "public-key",
        "response": {"attestationObject": websafe_encode(attested), "clientDataJSON": websafe_encode(said)},
        "clientExtensionResults": {"credProps": {"rk": True}},
    }
