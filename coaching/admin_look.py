"""How the admin looks: the colours and the mark of the site, and the way through it."""

from django.templatetags.static import static
from django.urls import reverse_lazy

from coaching.navigation import address_of

# --accent of static/css/theme.css, from light to dark; 600 carries white text, 500 stands on dark ground.
ACCENT = {
    "50": "#f0f8f6",
    "100": "#dfeeeb",
    "200": "#bcdcd6",
    "300": "#a9dfd7",
    "400": "#7fcabf",
    "500": "#4fb0a3",
    "600": "#17615a",
    "700": "#0e4741",
    "800": "#0c3a35",
    "900": "#0a302c",
    "950": "#06211d",
}


def _list_of(title, icon, model):
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:engagements_{model}_changelist")}


def _page(title, icon, route):
    """A way out of the admin, where this process serves that page."""
    return {
        "title": title,
        "icon": icon,
        "link": lambda request: address_of(route) or "",
        "permission": lambda request: address_of(route) is not None,
        "active": False,
    }


SIDEBAR = {
    "navigation": [
        {
            "title": "People and programs",
            "items": [
                _list_of("People", "group", "user"),
                _list_of("Organizations", "apartment", "organization"),
                _list_of("Programs", "assignment", "program"),
                _list_of("Executives", "person", "executive"),
            ],
        },
        {
            "title": "Running",
            "items": [
                _list_of("Background jobs", "schedule", "backgroundjob"),
                _list_of("Access ledger", "visibility", "look"),
            ],
        },
        {
            "title": "Site",
            "items": [
                _page("How often flags were right", "flag", "rule_report"),
                _page("Import", "upload_file", "import_list"),
                _page("Home", "home", "home"),
            ],
        },
    ]
}

LOOK = {
    "SITE_ICON": lambda request: static("img/favicon.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("img/favicon.svg")}],
    "SCRIPTS": [lambda request: static("js/admin.js")],
    "COLORS": {"primary": ACCENT},
    "SIDEBAR": SIDEBAR,
}
