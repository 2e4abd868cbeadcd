"""What settings.py says about other programs and directories: the API, webhooks, sign-in by OpenID Connect."""

from coaching import environment


def settings(*, debug):
    """Settings by name."""
    return {
        "API_REQUESTS_PER_MINUTE": environment.number("API_REQUESTS_PER_MINUTE", 120, 1, 100_000),  # with one token
        # To private addresses and without TLS: for a laptop.
        "WEBHOOKS_INSIDE": environment.flag("WEBHOOKS_INSIDE", debug),
    }
