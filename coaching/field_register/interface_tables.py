"""What lets other programs in."""

from coaching.field_register.table import Table

INTERFACES = {
    "engagements.SavedView": Table(
        "Views of the portfolio under names of one's own", seen="O", kept="OWN",
        columns="""
            id user: key, and whose
            name: what its owner calls it
            query: filters, order and columns; no words that were searched for
            created_at: since when
        """,
    ),
    "engagements.ApiToken": Table(
        "Personal keys for programs", seen="O", kept="TOKEN",
        columns="""
            id user: key, and whose
            name hint: to tell them apart
            token_hash: enough to recognise it, not to use it | seen=
            scopes: what it may do
            created_at expires_at last_used_at revoked_at: from when to when, and whether it is in use
        """,
    ),
    "engagements.ApiRequest": Table(
        "Requests that may be repeated", seen="", kept="REQUEST",
        columns="""
            id user key: whose, under which key
            fingerprint: tells another request from the same one; keyed, so that it gives nothing of it away
            status subject_id: what came of it
            created_at: for how long it is kept
        """,
    ),
    "engagements.Webhook": Table(
        "Addresses that are told, by ids only", seen="O", kept="OWN",
        columns="""
            id user: key, and whose
            url events: where to, and what of
            nonce: its signing secret is derived from it and a key that is not in the database | seen=
            created_at ended_at: from when to when
        """,
    ),
    "engagements.WebhookDelivery": Table(
        "What was sent to them", seen="O", kept="DELIVERY",
        columns="""
            id webhook key: which, and once
            event engagement_id subject_id: what happened to which row
            status tries answer: what came of it
            created_at send_after claimed_at sent_at: when
        """,
    ),
}  # fmt: skip
