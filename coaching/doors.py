"""What settings.py says about the doors in names only: which forms ask, how often one may try, what a page may load.

A limit reads "20/10m/ip": 20 in any ten minutes. `ip` counts per client, `key` per account (a wrong password: per
account and client, coaching/accounts.py), `user` per person signed in. Nothing that is refused counts, so nobody
makes a wait longer by trying on.
"""

from csp.constants import NONE, SELF

POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's own style sheet draws its marks as data: images
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/10m/ip,5/5m/key",  # wrong passwords, and wrong codes of the second step
    "reauthenticate": "10/5m/user",
    "change_password": "5/5m/user",
    "reset_password": "10/10m/ip,3/15m/key",
    "reset_password_from_key": "20/10m/ip",
}
# An account that somebody tries from many places: beyond the first figure each client has one try in the second.
MANY_TRIES, FEW_TRIES = "50/h/key", "1/5m/key"

FORMS = {
    "login": "coaching.account_forms.SignIn",
    "change_password": "coaching.account_forms.ChangePassword",
    "reset_password": "coaching.account_forms.AskForReset",
    "reset_password_from_key": "coaching.account_forms.ResetPassword",
    "reauthenticate": "coaching.account_forms.ConfirmIdentity",
}
SECOND_STEP_FORMS = {
    "authenticate": "coaching.account_forms.EnterCode",
    "reauthenticate": "coaching.account_forms.ConfirmByCode",
    "activate_totp": "coaching.account_forms.AddApp",
    "add_webauthn": "coaching.account_forms.AddPasskey",
    "edit_webauthn": "coaching.account_forms.RenamePasskey",
}
