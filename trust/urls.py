"""Addresses of engagements, flags, session logs and check-ins."""

from django.urls import path

from trust.views import (
    acting,
    check_in,
    cohort,
    engagement,
    flags,
    point_of_trust,
    prep,
    program,
    rule_report,
    ruptures,
    session_log,
)

urlpatterns = [
    path("engagements/<uuid:pk>/", engagement.engagement_detail, name="engagement_detail"),
    path("programs/<uuid:pk>/", program.program_detail, name="program_detail"),
    path("programs/<uuid:pk>/cohort/", cohort.program_cohort, name="program_cohort"),
    path("flags/report/", rule_report.rule_report, name="rule_report"),
    path("how-judged/", engagement.how_judged, name="how_judged"),
    path("flags/<uuid:pk>/respond/", flags.flag_respond, name="flag_respond"),
    path("flags/<uuid:pk>/ask-coach/", acting.flag_nudge, name="flag_nudge"),
    path("flags/<uuid:pk>/helped/", flags.flag_helped, name="flag_helped"),
    path("flags/<uuid:pk>/resolve/", flags.flag_resolve, name="flag_resolve"),
    path("flags/<uuid:pk>/reopen/", flags.flag_reopen, name="flag_reopen"),
    path("sessions/<uuid:pk>/prep/", prep.session_prep, name="session_prep"),
    path("sessions/<uuid:pk>/log/", session_log.session_log, name="session_log"),
    path("sessions/<uuid:pk>/log/restore/", session_log.session_log_restore, name="session_log_restore"),
    path("sessions/<uuid:pk>/not-held/", session_log.session_not_held, name="session_not_held"),
    path("engagements/<uuid:pk>/log/", session_log.session_log_new, name="session_log_new"),
    path("engagements/<uuid:pk>/point-of-trust/", point_of_trust.point_of_trust, name="point_of_trust"),
    path(
        "engagements/<uuid:pk>/point-of-trust/decline/",
        point_of_trust.point_of_trust_decline,
        name="point_of_trust_decline",
    ),
    path("engagements/<uuid:pk>/point-of-trust/lost/", point_of_trust.point_of_trust_lost, name="point_of_trust_lost"),
    path("engagements/<uuid:pk>/ruptures/new/", ruptures.rupture_open, name="rupture_open"),
    path("ruptures/<uuid:pk>/", ruptures.rupture_detail, name="rupture_detail"),
    path("ruptures/<uuid:pk>/attempt/", ruptures.rupture_attempt, name="rupture_attempt"),
    path("ruptures/<uuid:pk>/close/", ruptures.rupture_close, name="rupture_close"),
    path("ruptures/<uuid:pk>/reopen/", ruptures.rupture_reopen, name="rupture_reopen"),
    path("check-in/open/<str:token>/", check_in.check_in_open, name="check_in_open"),
    path("check-in/<uuid:pk>/", check_in.check_in, name="check_in"),
]
