"""Addresses of the method: what lies beneath, experiments, and the questions the product asks."""

from django.urls import path

from trust.views import beneath, experiments, experiments_by_link, prompts, supervision

urlpatterns = [
    path("engagements/<uuid:pk>/beneath/", beneath.drivers, name="drivers"),
    path("engagements/<uuid:pk>/beneath/new/", beneath.driver_add, name="driver_add"),
    path("drivers/<uuid:pk>/", beneath.driver_edit, name="driver_edit"),
    path("drivers/<uuid:pk>/evidence/", beneath.driver_evidence, name="driver_evidence"),
    path("drivers/<uuid:pk>/set-aside/", beneath.driver_set_aside, name="driver_set_aside"),
    path("drivers/<uuid:pk>/take-up/", beneath.driver_take_up, name="driver_take_up"),
    path("driver-evidence/<uuid:pk>/", beneath.evidence_edit, name="evidence_edit"),
    path("engagements/<uuid:pk>/experiments/", experiments.experiment_list, name="experiment_list"),
    path("engagements/<uuid:pk>/experiments/new/", experiments.experiment_add, name="experiment_add"),
    path("engagements/<uuid:pk>/experiments/send/", experiments.experiments_send_link, name="experiments_send_link"),
    path("experiment/<uuid:pk>/", experiments.experiment_detail, name="experiment_detail"),
    path("experiment/<uuid:pk>/edit/", experiments.experiment_edit, name="experiment_edit"),
    path("experiment/<uuid:pk>/step/", experiments.experiment_step, name="experiment_step"),
    path("engagements/<uuid:pk>/supervision/", supervision.supervision, name="supervision"),
    path("engagements/<uuid:pk>/supervision/pdf/", supervision.supervision_pdf, name="supervision_pdf"),
    path("engagements/<uuid:pk>/supervision/ask/", supervision.supervision_ask, name="supervision_ask"),
    path("prompts/<uuid:pk>/", prompts.prompt_answer, name="prompt_answer"),
    path("prompts/<uuid:pk>/not-now/", prompts.prompt_wave, name="prompt_wave"),
    # The executive's own, behind a personal link: the key is the link's, and its cookie holds below this address.
    path("experiments/<uuid:pk>/", experiments_by_link.experiments_by_link, name="experiments_by_link"),
    path("experiments/<uuid:pk>/new/", experiments_by_link.experiments_by_link_add, name="experiments_by_link_add"),
    path(
        "experiments/<uuid:pk>/<uuid:experiment>/step/",
        experiments_by_link.experiments_by_link_step,
        name="experiments_by_link_step",
    ),
]
