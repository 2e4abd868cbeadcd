"""What the admin on its own (DJANGO_SURFACE=admin) may do in the database, and what it must never reach.

Every model of ours stands in one of the two lists; a test fails where one is missing. Whatever stands in neither,
of ours or of a package, the role cannot touch: `manage.py grant_roles` grants what is listed and nothing else.
"""

READ, ADD, KEEP, ALL = "SELECT", "INSERT", "SELECT, INSERT, UPDATE", "SELECT, INSERT, UPDATE, DELETE"

ADMIN_NEEDS = {
    # pages
    "engagements.User": KEEP,
    "engagements.CoachProfile": KEEP,
    "engagements.Organization": KEEP,
    "engagements.Executive": KEEP,
    "engagements.Program": KEEP,
    "engagements.ProgramManager": KEEP,
    "engagements.BackgroundJob": READ,
    # what they leave behind
    "engagements.Invitation": KEEP,
    "engagements.AuditEvent": ADD,
    "engagements.Letter": ADD,  # to an address that an executive no longer has
    "engagements.Look": "SELECT, INSERT",
    "admin.LogEntry": "SELECT, INSERT",
    "contenttypes.ContentType": READ,
    # signing in
    "sessions.Session": ALL,
    "account.EmailAddress": ALL,
    "account.EmailConfirmation": ALL,
    "mfa.Authenticator": ALL,
    "socialaccount.SocialAccount": "SELECT, DELETE",  # with a second step taken away, or an account shut
    "socialaccount.SocialToken": "SELECT, DELETE",  # hangs on it; there are none
}
ADMIN_NEEDS_TABLES = {"django_migrations": READ}  # no models of any application

# Columns of those tables that the role may set, when a row begins, and never read or change.
WITHHELD_COLUMNS = {"engagements.Executive": {"orientation"}}  # what their coach thinks of them

WITHHELD = {
    "engagements.Agreement",
    "engagements.ApiRequest",
    "engagements.ApiToken",
    "engagements.CalendarFeed",
    "engagements.ChemistryVote",
    "engagements.ConfidentialityUse",
    "engagements.Conversation",
    "engagements.DataRequest",
    "engagements.Draft",
    "engagements.Driver",
    "engagements.DriverEvidence",
    "engagements.Ending",
    "engagements.Engagement",
    "engagements.EngagementKey",
    "engagements.Experiment",
    "engagements.ExperimentStep",
    "engagements.ExportItem",
    "engagements.Extension",
    "engagements.FollowUp",
    "engagements.ImportRun",
    "engagements.LinkCode",
    "engagements.Objective",
    "engagements.OutsideHours",
    "engagements.PersonalLink",
    "engagements.ProgramFigures",
    "engagements.RematchRequest",
    "engagements.ReportLine",
    "engagements.SavedView",
    "engagements.SealedText",
    "engagements.Session",
    "engagements.SessionMove",
    "engagements.SponsorReport",
    "engagements.Standing",
    "engagements.Webhook",
    "engagements.WebhookDelivery",
    "trust.Calibration",
    "trust.CheckIn",
    "trust.CohortCell",
    "trust.CohortLasting",
    "trust.CohortPeriod",
    "trust.Flag",
    "trust.Judgement",
    "trust.PointOfTrust",
    "trust.Prompt",
    "trust.Reading",
    "trust.ReadingRevision",
    "trust.RepairAttempt",
    "trust.Rupture",
}
