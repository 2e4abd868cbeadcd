"""The admin site. Models are registered by the packages that own them; confidential ones nowhere."""

from allauth.account.decorators import secure_admin_login
from django.db.models.base import ModelBase
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from unfold.sites import UnfoldAdminSite

from coaching.views.leaving import sign_out
from engagements.access import ADMINISTRATOR, open_all_to

OURS = {"engagements"}  # packages whose models may have pages here
NOT_NEEDED = {"autocomplete", "view_on_site"}  # routes that find rows of models without a page


class PointOfTrustAdmin(UnfoldAdminSite):
    """Signs in through the same door as everybody else; takes no page that another package brings along."""

    site_title = "Point of Trust"
    site_header = "Point of Trust"
    index_title = "Administration"
    final_catch_all_view = False  # an address that is not there is not found, as everywhere
    login = method_decorator(secure_admin_login)(UnfoldAdminSite.login)

    def register(self, model_or_iterable, admin_class=None, **options):
        models = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else model_or_iterable
        super().register([model for model in models if model._meta.app_label in OURS], admin_class, **options)

    def get_urls(self):
        patterns = [pattern for pattern in super().get_urls() if getattr(pattern, "name", None) not in NOT_NEEDED]
        return open_all_to(ADMINISTRATOR, patterns=patterns)

    def logout(self, request, extra_context=None):
        return sign_out(request)

    def password_change(self, request, extra_context=None):
        return redirect("account_change_password")
