"""The site map."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from coaching.views.demo import demo_mail, demo_mail_list
from coaching.views.errors import elsewhere
from coaching.views.gallery import favicon, gallery
from coaching.views.health import healthz
from coaching.views.home import home
from coaching.views.keys import find, keys_switch
from engagements.views.invitations import welcome

# Every surface (DJANGO_SURFACE) has the door; the others have their parts behind it, and of the rest nothing.
DOOR = [
    path("healthz", healthz, name="healthz"),
    path("account/", include("coaching.account_urls")),
]
ADMIN = [path("admin/", admin.site.urls)]
APP = [
    path("", home, name="home"),
    path("find/", find, name="find"),
    path("profile/keys/", keys_switch, name="keys_switch"),
    path("", include("coaching.portfolio_urls")),
    path("welcome/<str:token>/", welcome, name="welcome"),
    path("favicon.ico", favicon, name="favicon"),
    path("demo/mail/", demo_mail_list, name="demo_mail_list"),
    path("demo/mail/<str:name>/", demo_mail, name="demo_mail"),
    path("api/v1/", include("coaching.api.urls")),
    path("profile/", include("engagements.interface_urls")),
    path("imports/", include("trust.import_urls")),
    path("", include("trust.mine_urls")),
    path("", include("trust.report_urls")),
    path("", include("engagements.urls")),
    path("", include("engagements.hours_urls")),
    path("", include("engagements.acting_urls")),
    path("", include("trust.urls")),
    path("", include("trust.method_urls")),
]
if settings.DEBUG or settings.DEMO:
    APP.append(path("demo/gallery/", gallery, name="demo_gallery"))
# Mails of the admin lead to the app; here the address has a name and no page.
WELCOME_ELSEWHERE = [path("welcome/<str:token>/", elsewhere, name="welcome")]

handler400 = "coaching.views.errors.not_understood"

urlpatterns = {
    "all": [*DOOR, *ADMIN, *APP],
    "app": [*DOOR, *APP],
    "admin": [*DOOR, *ADMIN, *WELCOME_ELSEWHERE],
}[settings.SURFACE]
