"""The site map with the gallery, which a real site does not route."""

from django.urls import path

from coaching.urls import urlpatterns as site_map
from coaching.views.gallery import gallery

urlpatterns = [*site_map, path("look/", gallery)]
