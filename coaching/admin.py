"""The admin site. Models are registered by the packages that own them; confidential ones nowhere."""

from allauth.account.decorators import secure_admin_login
from unfold.sites import UnfoldAdminSite


class PointOfTrustAdmin(UnfoldAdminSite):
    """Signs in through the same door as everybody else."""

    site_title = "Point of Trust"
    site_header = "Point of Trust"
    index_title = "Administration"
    login = secure_admin_login(UnfoldAdminSite.login)
