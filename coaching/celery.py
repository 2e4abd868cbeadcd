"""The Celery application and what runs when."""

import os
from pathlib import Path

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coaching.settings")

app = Celery("point_of_trust")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()  # a nudge is sent from a thread, and Celery knows the current application of the main one only
app.autodiscover_tasks()

# The database, not the broker, is the list of work owed: each task looks for its own work, so a lost
# or doubled message costs nothing. `expires` keeps a queue short after a night without a worker.
app.conf.beat_schedule = {
    "judge-what-is-due": {"task": "trust.sweep_judgements", "schedule": 60, "options": {"expires": 55}},
    "send-due-check-ins": {"task": "trust.send_due_check_ins", "schedule": 60, "options": {"expires": 55}},
    "send-letters": {"task": "engagements.send_due_letters", "schedule": 60, "options": {"expires": 55}},
    "ask-follow-ups": {"task": "engagements.ask_follow_ups", "schedule": 3600, "options": {"expires": 3500}},
    "send-digests": {"task": "trust.send_digests", "schedule": 3600, "options": {"expires": 3500}},
    "remind": {"task": "engagements.remind", "schedule": 600, "options": {"expires": 590}},
    "move-standings-on": {"task": "engagements.move_standings_on", "schedule": 120, "options": {"expires": 115}},
    "count-programs": {"task": "engagements.count_programs", "schedule": 300, "options": {"expires": 290}},
    "ask-for-release": {"task": "engagements.ask_for_release", "schedule": 60, "options": {"expires": 55}},
    "send-to-webhooks": {"task": "trust.send_due_deliveries", "schedule": 60, "options": {"expires": 55}},
    "carry-out-imports": {"task": "trust.sweep_imports", "schedule": 60, "options": {"expires": 55}},
    "mend-standings": {"task": "engagements.mend_standings", "schedule": crontab(hour=1, minute=30)},
    "draft-reports": {"task": "trust.sweep_reports", "schedule": 60, "options": {"expires": 55}},
    "order-reports": {"task": "trust.order_reports", "schedule": 3600, "options": {"expires": 3500}},
    "calibrate": {"task": "trust.calibrate", "schedule": crontab(hour=2, minute=0)},
    "judge-everything": {"task": "trust.judge_everything", "schedule": crontab(hour=2, minute=30)},
    "freeze-cohorts": {"task": "trust.freeze_cohorts", "schedule": crontab(hour=3, minute=30)},
    "keep-to-retention": {"task": "trust.keep_to_retention", "schedule": crontab(hour=4, minute=0)},
}


@app.on_after_configure.connect
def make_broker_folders(sender, **kwargs):
    """The file broker expects its folders to exist."""
    options = sender.conf.broker_transport_options or {}
    for name in ("data_folder_in", "data_folder_out", "control_folder"):
        if folder := options.get(name):
            Path(folder).mkdir(parents=True, exist_ok=True)
