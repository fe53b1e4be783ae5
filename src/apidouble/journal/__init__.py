"""What was asked and answered: entries, bounded logs, redaction, events, verification."""

from apidouble.journal.entry import Entry
from apidouble.journal.events import Event, Events, Feed
from apidouble.journal.log import Journal, Log
from apidouble.journal.redaction import Secrets

__all__ = ["Entry", "Event", "Events", "Feed", "Journal", "Log", "Secrets"]
