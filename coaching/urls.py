"""The site map."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from coaching.views.demo import demo_mail, demo_mail_list
from coaching.views.gallery import favicon, gallery
from coaching.views.health import healthz
from coaching.views.home import home
from coaching.views.portfolio import portfolio
from engagements.views.invitations import welcome

urlpatterns = [
    path("", home, name="home"),
    path("portfolio/", portfolio, name="portfolio"),
    path("healthz", healthz, name="healthz"),
    path("account/", include("coaching.account_urls")),
    path("welcome/<str:token>/", welcome, name="welcome"),
    path("favicon.ico", favicon, name="favicon"),
    path("admin/", admin.site.urls),
    path("demo/mail/", demo_mail_list, name="demo_mail_list"),
    path("demo/mail/<str:name>/", demo_mail, name="demo_mail"),
    path("imports/", include("trust.import_urls")),
    path("", include("engagements.urls")),
    path("", include("trust.urls")),
]

if settings.DEBUG or settings.DEMO:
    urlpatterns.append(path("demo/gallery/", gallery, name="demo_gallery"))
