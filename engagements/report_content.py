"""What a sponsor report says, as plain data: its canonical bytes, their digest, and its lines in words. Pure.

Words of an objective do not stand in the digested content themselves but by a digest of their own, with salt. Where
they are erased later, salt and all, they are gone without a trace, and the digest of the whole still holds.
"""

import hashlib
import json
from datetime import date

FORMAT, FORMAT_VERSION = "point-of-trust.sponsor-report", 1
STATUS_WORDS = {
    "CONTRACTED": "Contracted",
    "ACTIVE": "Active",
    "PAUSED": "Paused",
    "COMPLETED": "Completed",
    "ENDED_EARLY": "Ended early",
}


def canonical(content) -> bytes:
    """ASCII JSON with keys in order and without spaces: the same content is the same bytes."""
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def digest_of(content) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()


def words_digest(salt: str, words: str) -> str:
    """Binds a report to words without holding them."""
    return hashlib.sha256(f"{salt}\n{words}".encode(errors="surrogatepass")).hexdigest()


def sealed_form(salt: str, words: str) -> str:
    """Salt and words as they are sealed together."""
    return f"{salt}\n{words}"


def opened_form(text: str) -> tuple[str, str]:
    """(salt, words) of what was sealed; two empty texts of what was taken away."""
    salt, _, words = text.partition("\n")
    return salt, words


# --- lines in words -----------------------------------------------------------------------------


def progress_facts(figures) -> list[tuple[str, str]]:
    """[(label, value)] of a line about how it went, as the sponsor reads them."""
    end = figures["ended_on"] or figures["ends_on"]
    return [
        ("Status", STATUS_WORDS.get(figures["status"], figures["status"])),
        ("From", day_words(figures["starts_on"])),
        ("Ended" if figures["ended_on"] else "Planned until", day_words(end)),
        ("Sessions held", f"{figures['held']} of {figures['budget']}"),
        ("In this period", attendance_words(figures)),
    ]


def attendance_words(figures) -> str:
    """Sessions of the period by what became of them."""
    parts = [f"{figures['held_in_period']} held", f"{figures['missed']} missed", f"{figures['cancelled']} cancelled"]
    return ", ".join(parts)


def day_words(iso: str) -> str:
    """A day in words."""
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"
