"""What the clock asks the workers for, and when (UTC)."""

from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, Any]] = {
    "deliver-due": {"task": "carportal.core.tasks.deliver_due", "schedule": 60.0},
    "heartbeat": {"task": "carportal.core.tasks.heartbeat", "schedule": 20.0},
    "run-imports": {"task": "findings.tasks.run_imports", "schedule": 60.0},
    "write-files": {"task": "findings.tasks.write_files", "schedule": 60.0},
    "sweep-files": {"task": "findings.tasks.sweep_files", "schedule": crontab(hour=3, minute=22)},
    "remove-old-files": {"task": "findings.tasks.remove_old_files", "schedule": crontab(hour=3, minute=37)},
    "fold-tallies": {"task": "findings.tasks.fold_tallies", "schedule": 300.0},
    "checkpoint-audit-trail": {
        "task": "carportal.core.tasks.checkpoint_audit_trail",
        "schedule": crontab(minute=7),
    },
    # By the hour, since a day begins at each site when it begins there.
    "send-reminders": {"task": "actionplans.tasks.send_reminders", "schedule": crontab(minute=17)},
    # Access ends by itself on time; this notes it and tells those concerned.
    "end-support": {"task": "actionplans.tasks.end_support", "schedule": crontab(minute=27)},
    "remind-of-calls": {"task": "actionplans.tasks.remind_of_calls", "schedule": crontab(minute="*/15")},
    "scan-evidence": {"task": "actionplans.tasks.scan_evidence", "schedule": 60.0},
    "sweep-evidence": {
        "task": "actionplans.tasks.sweep_evidence",
        "schedule": crontab(hour=3, minute=37),
    },
    "make-pdfs": {"task": "actionplans.tasks.make_pdfs", "schedule": 60.0},
    "sweep-pdfs": {"task": "actionplans.tasks.sweep_pdfs", "schedule": crontab(hour=3, minute=52)},
}
