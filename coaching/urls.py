"""The site map."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from coaching.views.gallery import favicon, gallery
from engagements.views.invitations import welcome

urlpatterns = [
    path("account/", include("coaching.account_urls")),
    path("welcome/<str:token>/", welcome, name="welcome"),
    path("favicon.ico", favicon, name="favicon"),
    path("admin/", admin.site.urls),
    path("imports/", include("trust.import_urls")),
    path("", include("engagements.urls")),
    path("", include("trust.urls")),
]

if settings.DEBUG or settings.DEMO:
    urlpatterns.append(path("demo/gallery/", gallery, name="demo_gallery"))
