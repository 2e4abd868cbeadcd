"""Who and what: people, programs, agreements, engagements, sessions, sealed text, audit."""

from engagements.models.agreement import Agreement
from engagements.models.audit import AuditEvent
from engagements.models.background import BackgroundJob
from engagements.models.disclosure import DISCLOSURES
from engagements.models.engagement import Engagement, EngagementKey, Reason, Status
from engagements.models.import_run import ImportKind, ImportRun, ImportStatus
from engagements.models.invitation import Invitation
from engagements.models.note import SealedText, TextKind
from engagements.models.objective import Objective, ObjectiveStatus
from engagements.models.people import CoachProfile, Executive, Language, Organization, TrustOrientation, User
from engagements.models.program import Program, ProgramManager
from engagements.models.session import Party, Session, SessionKind, SessionMove, SessionStatus

__all__ = [
    "DISCLOSURES",
    "Agreement",
    "AuditEvent",
    "BackgroundJob",
    "CoachProfile",
    "Engagement",
    "EngagementKey",
    "Executive",
    "ImportKind",
    "ImportRun",
    "ImportStatus",
    "Invitation",
    "Language",
    "Objective",
    "ObjectiveStatus",
    "Organization",
    "Party",
    "Program",
    "ProgramManager",
    "Reason",
    "SealedText",
    "Session",
    "SessionKind",
    "SessionMove",
    "SessionStatus",
    "Status",
    "TextKind",
    "TrustOrientation",
    "User",
]  # fmt: skip
