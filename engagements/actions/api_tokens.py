"""Personal tokens of the API: made, shown once, used, revoked."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from engagements import tokens
from engagements.actions.audit import record
from engagements.actions.letters import owe_letter
from engagements.models import ApiToken, User
from engagements.models.interface import MOST_TOKENS

PREFIX = "pot_"  # so that a token left lying about is recognised for what it is
HINT_LENGTH = 12
LONGEST_DAYS = 365
USE_NOTED_EVERY = timedelta(minutes=1)


class TooManyTokens(Exception):
    """This person has as many tokens as anybody may have."""


@transaction.atomic
def make_token(*, user, name, scopes, days, now):
    """(row, token): the token is in no place but the answer. Raises TooManyTokens."""
    User.objects.select_for_update().get(pk=user.pk)
    if ApiToken.objects.of_person(user).open_at(now).count() >= MOST_TOKENS:
        raise TooManyTokens(f"{MOST_TOKENS} tokens are in use. Revoke one first.")
    token = PREFIX + tokens.new_nonce()
    row = ApiToken.objects.create(
        user=user,
        name=name,
        token_hash=tokens.hash_of(token),
        hint=token[:HINT_LENGTH],
        scopes=sorted(str(scope) for scope in scopes),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    record(by=user, verb="api_token.made", subject=row, now=now, detail={"scopes": row.scopes, "days": days})
    owe_letter(kind="api_token_made", key=f"api_token:{row.pk}", to_user=user, path=reverse("api_tokens"), now=now)
    return row, token


@transaction.atomic
def revoke_token(*, token, by, now):
    """It opens nothing any more; twice is once."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        record(by=by, verb="api_token.revoked", subject=token, now=now)
    return token


def token_behind(*, token, now):
    """The row of a token that opens something today, with its person; None for any other. Notes that it was used."""
    rows = ApiToken.objects.open_at(now).filter(token_hash=tokens.hash_of(token))
    row = rows.select_related("user__coach_profile").first()
    if row is not None and (row.last_used_at is None or now - row.last_used_at >= USE_NOTED_EVERY):
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return row
