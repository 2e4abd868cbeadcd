"""Who and what: people, programs, agreements, engagements, sessions, sealed text, audit."""

from engagements.models.agreement import Agreement
from engagements.models.audit import AuditEvent
from engagements.models.background import BackgroundJob
from engagements.models.confidentiality_use import Condition, ConfidentialityUse, ToldTo
from engagements.models.data_request import (
    DataRequest,
    DeclineReason,
    ExportItem,
    ItemDecision,
    RequestKind,
    RequestStatus,
)
from engagements.models.disclosure import DISCLOSURES
from engagements.models.engagement import Engagement, EngagementKey, Reason, Status
from engagements.models.import_run import ImportKind, ImportRun, ImportStatus
from engagements.models.invitation import Invitation
from engagements.models.letter import Letter, LetterStatus
from engagements.models.look import Look, LookedAt, LookRole, LookSubject
from engagements.models.note import SealedText, TextKind
from engagements.models.objective import Objective, ObjectiveStatus
from engagements.models.people import CoachProfile, Executive, Language, Organization, TrustOrientation, User
from engagements.models.personal_link import LinkCode, PersonalLink, Purpose
from engagements.models.program import Program, ProgramManager
from engagements.models.session import Party, Session, SessionKind, SessionMove, SessionStatus

__all__ = [
    "DISCLOSURES",
    "Agreement",
    "AuditEvent",
    "BackgroundJob",
    "CoachProfile",
    "Condition",
    "ConfidentialityUse",
    "DataRequest",
    "DeclineReason",
    "Engagement",
    "EngagementKey",
    "Executive",
    "ExportItem",
    "ImportKind",
    "ImportRun",
    "ImportStatus",
    "Invitation",
    "ItemDecision",
    "Language",
    "Letter",
    "LetterStatus",
    "LinkCode",
    "Look",
    "LookRole",
    "LookSubject",
    "LookedAt",
    "Objective",
    "ObjectiveStatus",
    "Organization",
    "Party",
    "PersonalLink",
    "Program",
    "ProgramManager",
    "Purpose",
    "Reason",
    "RequestKind",
    "RequestStatus",
    "SealedText",
    "Session",
    "SessionKind",
    "SessionMove",
    "SessionStatus",
    "Status",
    "TextKind",
    "ToldTo",
    "TrustOrientation",
    "User",
]  # fmt: skip
