"""allauth's pages of the second step, with what they leave out: audit rows, and no way to take away the last one."""

import json

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as base
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.shortcuts import redirect, resolve_url
from django.urls import reverse_lazy
from django.utils import timezone

from coaching.second_step import SET_UP_HERE, has_second_step, offers_passkeys
from engagements.actions.audit import record


class Steps(base.IndexView):
    """What a person has; for whoever has none yet, the page that everything leads to."""

    def get_context_data(self, **kwargs):
        has_one = has_second_step(self.request.user)
        more = {"title": "Second step", "has_one": has_one, "offers_passkeys": offers_passkeys(self.request)}
        more["is_needed"] = settings.SECOND_FACTOR
        more["layout"] = "base.html" if has_one or not settings.SECOND_FACTOR else "entrance.html"
        return super().get_context_data(**kwargs) | more


class Noted:
    """A form that changes somebody's second steps: done, it is in the audit trail."""

    verb = ""

    @transaction.atomic
    def form_valid(self, form):
        response = super().form_valid(form)
        note(self.request.user, self.verb)
        return response


def note(user, verb):
    record(by=user, verb=verb, subject=user, now=timezone.now())


class Added(Noted):
    """A step set up in this session is shown in it: nobody is asked for it at once."""

    def form_valid(self, form):
        response = super().form_valid(form)
        self.request.session[SET_UP_HERE] = str(self.request.user.pk)
        return response


class WithOptions:
    """Gives the script on the page what the browser asks the passkey."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        asked = context.get("js_data", {})
        options = asked.get("creation_options") or asked.get("request_options")
        return context | {"passkey_options": json.dumps(options, cls=DjangoJSONEncoder) if options else ""}


class AddApp(Added, totp.ActivateTOTPView):
    verb = "second_step.app_added"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        key = context["form"].secret
        return context | {"key": " ".join(key[at : at + 4] for at in range(0, len(key), 4))}


class RemoveApp(Noted, totp.DeactivateTOTPView):
    verb = "second_step.app_removed"


class AddPasskey(Added, WithOptions, webauthn.AddWebAuthnView):
    verb = "second_step.passkey_added"


class RenamePasskey(webauthn.EditWebAuthnView):
    success_url = reverse_lazy("mfa_index")


class RemovePasskey(Noted, webauthn.RemoveWebAuthnView):
    verb = "second_step.passkey_removed"
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form):
        if not get_adapter().can_delete_authenticator(self.object):
            messages.error(self.request, get_adapter().error_messages["cannot_delete_authenticator"])
            return redirect("mfa_index")
        return super().form_valid(form)


class NewCodes(Noted, codes.GenerateRecoveryCodesView):
    verb = "second_step.codes_renewed"


class ShowCodes(codes.ViewRecoveryCodesView):
    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"onward": resolve_url(settings.LOGIN_REDIRECT_URL)}


class TakeStep(WithOptions, base.AuthenticateView):
    """The second step itself. A recovery code says that something was lost, so its person is told."""

    def get_context_data(self, **kwargs):
        user = self.stage.login.user
        kinds = set(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
        more = {"has_app": "totp" in kinds, "has_passkey": "webauthn" in kinds and offers_passkeys(self.request)}
        return super().get_context_data(**kwargs) | more

    def form_valid(self, form):
        response = super().form_valid(form)
        step = getattr(form, "authenticator", None)
        if step is not None and step.type == Authenticator.Type.RECOVERY_CODES:
            step.refresh_from_db()
            left = len(step.wrap().get_unused_codes())
            get_account_adapter().send_notification_mail("mfa/email/recovery_code_used", step.user, {"left": left})
            note(step.user, "second_step.code_used")
        return response


class ConfirmByPasskey(WithOptions, webauthn.ReauthenticateWebAuthnView):
    def form_invalid(self, form):
        messages.error(self.request, get_adapter().error_messages["incorrect_code"])
        return redirect("mfa_index")


steps = Steps.as_view()
add_app, remove_app = AddApp.as_view(), RemoveApp.as_view()
add_passkey, rename_passkey, remove_passkey = AddPasskey.as_view(), RenamePasskey.as_view(), RemovePasskey.as_view()
show_codes, new_codes, download_codes = ShowCodes.as_view(), NewCodes.as_view(), codes.download_recovery_codes
take_step, confirm_by_code, confirm_by_passkey = TakeStep.as_view(), base.reauthenticate, ConfirmByPasskey.as_view()
