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
from engagements.models.extension import Conversation, Extension, ExtensionReason, ExtensionStatus
from engagements.models.import_run import ImportKind, ImportRun, ImportStatus
from engagements.models.interface import (
    ApiRequest,
    ApiToken,
    DeliveryStatus,
    Scope,
    Webhook,
    WebhookDelivery,
    WebhookEvent,
)
from engagements.models.invitation import Invitation
from engagements.models.letter import Letter, LetterStatus
from engagements.models.look import Look, LookedAt, LookRole, LookSubject
from engagements.models.note import SealedText, TextKind
from engagements.models.objective import Objective, ObjectiveStatus
from engagements.models.people import CoachProfile, Executive, Language, Organization, TrustOrientation, User
from engagements.models.personal_link import LinkCode, PersonalLink, Purpose
from engagements.models.program import Program, ProgramManager
from engagements.models.program_figures import ProgramFigures
from engagements.models.report import LineDecision, LineKind, ReportLine, ReportStatus, SponsorReport
from engagements.models.saved_view import SavedView
from engagements.models.session import Party, Session, SessionKind, SessionMove, SessionStatus
from engagements.models.standing import Standing

__all__ = [
    "DISCLOSURES",
    "Agreement",
    "ApiRequest",
    "ApiToken",
    "AuditEvent",
    "BackgroundJob",
    "CalendarFeed",
    "ChemistryVote",
    "CoachProfile",
    "Condition",
    "ConfidentialityUse",
    "Conversation",
    "DataRequest",
    "DeclineReason",
    "DeliveryStatus",
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
    "Extension",
    "ExtensionReason",
    "ExtensionStatus",
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
    "LineDecision",
    "LineKind",
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
    "ProgramFigures",
    "ProgramManager",
    "Purpose",
    "Reached",
    "Readiness",
    "Reason",
    "RematchRequest",
    "ReportLine",
    "ReportStatus",
    "RequestKind",
    "RequestStatus",
    "SavedView",
    "Scope",
    "SealedText",
    "Session",
    "SessionKind",
    "SessionMove",
    "SessionStatus",
    "SponsorReport",
    "Standing",
    "Status",
    "TextKind",
    "ToldTo",
    "TrustOrientation",
    "User",
    "Webhook",
    "WebhookDelivery",
    "WebhookEvent",
]  # fmt: skip
