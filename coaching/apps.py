from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class CoachingConfig(AppConfig):
    name = "coaching"
    verbose_name = "Point of Trust"

    def ready(self):
        from coaching import declared_access  # noqa: F401 - registers its check


class SiteAdminConfig(AdminConfig):
    default_site = "coaching.admin.PointOfTrustAdmin"
