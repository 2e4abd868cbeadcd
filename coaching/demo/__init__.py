"""Believable people, engagements and sessions for looking at, trying out and measuring; all of it made up.

`stories` says which lives engagements live, `score` writes one such life down as events with their moments,
`by_actions` and `in_bulk` both perform it: through the product's own actions, or as rows for large numbers.
Everything follows from a seed and a moment called "now".
"""

DEMO_PASSWORD = "calm-demo-harbour"  # noqa: S105 - printed on the sign-in page of a demo, opens made-up data only

SIGN_INS = [
    {"role": "Coach", "email": "coach01@demo.example", "password": DEMO_PASSWORD},
    {"role": "Program manager", "email": "manager01@demo.example", "password": DEMO_PASSWORD},
    {"role": "Coach and program manager", "email": "coach02@demo.example", "password": DEMO_PASSWORD},
    {"role": "Administrator", "email": "admin01@demo.example", "password": DEMO_PASSWORD},
]
