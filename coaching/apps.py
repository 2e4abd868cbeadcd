from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class CoachingConfig(AppConfig):
    name = "coaching"
    verbose_name = "Point of Trust"


class SiteAdminConfig(AdminConfig):
    default_site = "coaching.admin.PointOfTrustAdmin"
