"""The admin site. Models are registered by the packages that own them; confidential ones nowhere."""

from unfold.sites import UnfoldAdminSite


class PointOfTrustAdmin(UnfoldAdminSite):
    site_title = "Point of Trust"
    site_header = "Point of Trust"
    index_title = "Administration"
