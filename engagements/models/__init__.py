"""Who and what: people, programs, agreements, engagements, sessions, sealed text, audit."""

from engagements.models.agreement import Agreement
from engagements.models.audit import AuditEvent
from engagements.models.background import BackgroundJob
from engagements.models.chemistry import ChemistryVote, Fit, Readiness, RematchRequest
from engagements.models.coach_day import CalendarFeed, OutsideHours
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
from engagements.models.draft import Draft, DraftKind
from engagements.models.driver import Driver, DriverEvidence, DriverKind
from engagements.models.ending import Ending, FollowUp, Lasting, Reached
from engagements.models.engagement import Engagement, EngagementKey, Reason, Status
from engagements.models.experiment import Depth, Experiment, ExperimentState, ExperimentStep
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
    "CalendarFeed",
    "ChemistryVote",
    "CoachProfile",
    "Condition",
    "ConfidentialityUse",
    "DataRequest",
    "DeclineReason",
    "Depth",
    "Draft",
    "DraftKind",
    "Driver",
    "DriverEvidence",
    "DriverKind",
    "Ending",
    "Engagement",
    "EngagementKey",
    "Executive",
    "Experiment",
    "ExperimentState",
    "ExperimentStep",
    "ExportItem",
    "Fit",
    "FollowUp",
    "ImportKind",
    "ImportRun",
    "ImportStatus",
    "Invitation",
    "ItemDecision",
    "Language",
    "Lasting",
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
    "OutsideHours",
    "Party",
    "PersonalLink",
    "Program",
    "ProgramManager",
    "Purpose",
    "Reached",
    "Readiness",
    "Reason",
    "RematchRequest",
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
