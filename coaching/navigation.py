"""The way through the site: what stands in the head of every page, by role."""

from django.urls import NoReverseMatch, reverse

from engagements import permissions


def address_of(route):
    """A route's address, or None while the site map has no such route."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return None


def nav_for(user, path):
    """Links of the main navigation: [{label, url, is_current}]."""
    if not getattr(user, "is_authenticated", False):
        return []
    manages, coaches = permissions.is_program_manager(user), permissions.is_coach(user)
    administers = permissions.is_administrator(user)
    places = [
        ("Home", "home", coaches or not manages),
        ("Engagements", "engagement_list", coaches),
        ("Portfolio", "portfolio", manages),
        ("Programs", "program_list", manages),
        ("Import", "import_list", manages or coaches or administers),
        ("Administration", "admin:index", administers),
    ]
    return _links([(label, route) for label, route, is_shown in places if is_shown], path)


# Letters after g; only places that the person has in the navigation.
KEY_PLACES = {"Home": "h", "Engagements": "e", "Portfolio": "p", "Programs": "r", "Import": "i", "Administration": "a"}


def key_places_for(user):
    """Places that two keys lead to: [{key, label, url}]."""
    return [{"key": KEY_PLACES[item["label"]], **item} for item in nav_for(user, "") if item["label"] in KEY_PLACES]


def may_find(user):
    """Whether there is anything to switch between, and a page to do it."""
    has_page = address_of("find") is not None
    return has_page and (permissions.is_coach(user) or permissions.is_program_manager(user))


def account_links_for(user, path):
    """Links of the account menu: [{label, url, is_current, icon}]."""
    if not getattr(user, "is_authenticated", False):
        return []
    places = [
        ("Your profile", "profile", "person"),
        ("Second step", "mfa_index", "lock"),
        ("Change password", "account_change_password", "pen"),
    ]
    if permissions.is_administrator(user):
        places.append(("How often flags were right", "rule_report", "flag"))
    return [link | {"icon": icon} for label, route, icon in places for link in _links([(label, route)], path)]


def _links(places, path):
    addresses = [(label, address_of(route)) for label, route in places]
    return [
        {"label": label, "url": url, "is_current": path == url or (url != "/" and path.startswith(url))}
        for label, url in addresses
        if url
    ]
