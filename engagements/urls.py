"""Addresses of programs, engagements, agreements, objectives and sessions."""

from django.urls import path

from engagements.views import (
    agreement_by_link,
    agreements,
    confidentiality,
    engagements,
    links,
    looks,
    objectives,
    profile,
    programs,
    sessions,
)

urlpatterns = [
    path("link/<str:token>/", links.personal_link, name="personal_link"),
    path("mine/", links.mine_ask, name="mine_ask"),
    path("agreement/<uuid:pk>/", agreement_by_link.agreement_by_link, name="agreement_by_link"),
    path("profile/", profile.profile, name="profile"),
    path("profile/looks/", looks.looks, name="looks"),
    path("programs/", programs.program_list, name="program_list"),
    path("programs/<uuid:pk>/", programs.program_detail, name="program_detail"),
    path("programs/<uuid:pk>/edit/", programs.program_edit, name="program_edit"),
    path("engagements/", engagements.engagement_list, name="engagement_list"),
    path("engagements/new/", engagements.engagement_create, name="engagement_create"),
    path("engagements/<uuid:pk>/edit/", engagements.engagement_edit, name="engagement_edit"),
    path("engagements/<uuid:pk>/status/", engagements.engagement_status, name="engagement_status"),
    path("engagements/<uuid:pk>/executive/", engagements.executive_edit, name="executive_edit"),
    path("engagements/<uuid:pk>/agreement/", agreements.agreement_detail, name="agreement_detail"),
    path("engagements/<uuid:pk>/agreement/edit/", agreements.agreement_edit, name="agreement_edit"),
    path("engagements/<uuid:pk>/agreement/accept/", agreements.agreement_accept, name="agreement_accept"),
    path("engagements/<uuid:pk>/agreement/send/", agreements.agreement_send, name="agreement_send"),
    path("engagements/<uuid:pk>/confidentiality/", confidentiality.confidentiality_uses, name="confidentiality_uses"),
    path(
        "engagements/<uuid:pk>/confidentiality/new/",
        confidentiality.confidentiality_use_add,
        name="confidentiality_use_add",
    ),
    path("engagements/<uuid:pk>/objectives/new/", objectives.objective_add, name="objective_add"),
    path("objectives/<uuid:pk>/", objectives.objective_edit, name="objective_edit"),
    path("objectives/<uuid:pk>/status/", objectives.objective_status, name="objective_status"),
    path("engagements/<uuid:pk>/sessions/new/", sessions.session_schedule, name="session_schedule"),
    path("sessions/<uuid:pk>/move/", sessions.session_move, name="session_move"),
    path("sessions/<uuid:pk>/cancel/", sessions.session_cancel, name="session_cancel"),
    path("sessions/<uuid:pk>/missed/", sessions.session_missed, name="session_missed"),
    path("sessions/<uuid:pk>/restore/", sessions.session_restore, name="session_restore"),
]
