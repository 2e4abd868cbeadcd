"""Turns the engine's judgements over time into findings about flags: raised, held or cleared."""

from trust.models import FlagKind, FlagLevel
from trust.process_rules import Finding, Verdict
