"""Composition root: settings, site map, dashboards, admin site, launcher. Owns no domain model."""

from coaching.celery import app as celery_app

__all__ = ["celery_app"]
