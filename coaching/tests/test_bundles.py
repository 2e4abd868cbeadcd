"""Every page needs one style sheet and one script, and both hold all of their parts."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse

from coaching.bundles import BUNDLES

pytestmark = pytest.mark.once


def test_a_page_asks_for_one_style_sheet_and_one_script(client, cast):
    client.force_login(cast.mine.coach)
    for address in ("/", reverse("engagement_detail", args=[cast.mine.engagement.pk]), reverse("profile")):
        html = client.get(address).content.decode()
        assert len(re.findall(r'<link rel="stylesheet"', html)) == 1, address
        assert len(re.findall(r"<script\b", html)) == 1, address


def test_each_script_and_style_sheet_of_ours_is_in_a_bundle_or_in_the_admin():
    """A part that nobody listed would be missing on every page, without an error."""
    static = Path(settings.BASE_DIR) / "static"
    ours = {str(path.relative_to(static)) for kind in ("css/*.css", "js/*.js") for path in static.glob(kind)}
    assert ours - {name for names in BUNDLES.values() for name in names} == {"js/admin.js"}


@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_bundle_holds_its_parts_in_their_order_and_follows_their_changes(bundle, tmp_path, settings):
    settings.VAR_DIR = tmp_path
    content = Path(finders.find(bundle)).read_text()
    places = [content.index(Path(finders.find(name)).read_text().strip()[:200]) for name in BUNDLES[bundle]]
    assert places == sorted(places)
    assert "sourceMappingURL" not in content
    Path(finders.find(bundle)).write_text("an older one")
    assert Path(finders.find(bundle)).read_text() == content
