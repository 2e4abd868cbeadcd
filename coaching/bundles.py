"""One style sheet and one script for every page: put together at set-up from ours and from what packages bring.

A page that asks for one file of each kind stands after one round trip. The parts stay apart in static/; nothing of a
package is copied into the repository.
"""

import os
import re
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

# In this order. Both lie as deep as our own parts, so that their relative addresses hold.
BUNDLES = {
    "css/site.css": (
        "bootstrap/css/bootstrap.min.css",
        "css/theme.css",
        "css/work.css",
        "css/program.css",
        "css/method.css",
    ),
    "js/site.js": (
        "django_htmx/htmx-2.min.js",
        "js/app.js",
        "js/keys.js",
        "js/typing.js",
        "js/session_log.js",
        "js/send_again.js",
        "js/passkey.js",
    ),
}
SOURCE_MAPS = re.compile(rb"(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)")  # of parts, not of the whole


class BundleFinder(BaseFinder):
    """Finds the bundles; asked for one, it makes it anew where its parts have changed."""

    def __init__(self, *args, **kwargs):
        self.storage = FileSystemStorage(location=Path(settings.VAR_DIR) / "bundles")

    def check(self, **kwargs):
        """Nothing to be set, nothing to be wrong."""
        return []

    def find(self, path, find_all=False, **kwargs):
        """The bundle's file in the data folder; an empty list for every other path."""
        if path not in BUNDLES:
            return []
        made = str(_make(path, Path(self.storage.location)))
        return [made] if find_all else made

    def list(self, ignore_patterns):
        for path in BUNDLES:
            _make(path, Path(self.storage.location))
            yield path, self.storage


def _make(path, folder):
    content = b"".join(_part(name) for name in BUNDLES[path])
    file = folder / path
    if not file.exists() or file.read_bytes() != content:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(content)
        os.chmod(draft, 0o644)
        os.replace(draft, file)  # whoever reads meanwhile gets a whole one
    return file


def _part(name):
    found = finders.find(name)
    if not found:
        raise FileNotFoundError(f"{name} is missing: it comes from a package. Run: make setup")
    content = SOURCE_MAPS.sub(b"", Path(found).read_bytes())
    if name.startswith("js/"):
        return b"{\n" + content + b"\n}\n"  # names of one part are no business of the others
    return content + b"\n"
