"""How the register is written. Pure.

One line per purpose: names of columns, a colon, what for; behind bars whatever differs from the table's own line:

    place call_link: where it takes place | kept=CONTENT | seen=CE
    sealed: the words | sealed
"""

from dataclasses import dataclass, field

# Who sees a column, by letters. Nobody: only the machine that works with it.
ROLES = {
    "C": "coach",
    "E": "executive",
    "M": "managers",
    "A": "administrators",
    "O": "own",
}
NOBODY = ""

CONTENT = "for the program's retention after the end, or until erased on request"
PROOF = "stays: proof of what was agreed and done"
ACCOUNT = "stays as long as there is engagement data of this person"
TRAIL = "stays: the audit trail"
CURRENT = "only the latest"
KEPT = {
    "CONTENT": CONTENT,
    "PROOF": PROOF,
    "ACCOUNT": ACCOUNT,
    "TRAIL": TRAIL,
    "CURRENT": CURRENT,
    "DAY": "a day",
    "DRAFT": "until saved, at most 30 days; erased with the content",
    "LINK": "30 days after it has ended",
    "CODE": "a day",
    "LETTER": "400 days after it was sent",
    "LOOK": "24 months",
    "TOKEN": "90 days after it has ended",
    "REQUEST": "48 hours",
    "DELIVERY": "30 days",
    "OWN": "until its owner takes it away",
}
EXPORT = {
    "yes": "yes",
    "reviewed": "on request, after the coach's review",
    "no": "no",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One column."""

    purpose: str
    seen: str
    kept: str
    sealed: bool
    export: str

    @property
    def seen_words(self) -> str:
        return ", ".join(ROLES[letter] for letter in self.seen) or "nobody"


@dataclass(frozen=True, slots=True)
class Table:
    """One model: what for, and what its columns have in common."""

    purpose: str
    seen: str
    kept: str
    columns: str
    export: str = "no"
    fields: dict[str, Field] = field(init=False)

    def __post_init__(self):
        found: dict[str, Field] = {}
        for line in self.columns.strip().splitlines():
            names, one = self._read(line.strip())
            for name in names:
                if name in found:
                    raise ValueError(f"{name} stands twice in the register of {self.purpose!r}.")
                found[name] = one
        object.__setattr__(self, "fields", found)

    def _read(self, line: str) -> tuple[list[str], Field]:
        told, *differing = (part.strip() for part in line.split("|"))
        names, _, purpose = told.partition(":")
        usual = {"seen": self.seen, "kept": self.kept, "export": self.export, "sealed": ""}
        for part in differing:
            name, _, value = part.partition("=")
            if name not in usual:
                raise ValueError(f"{part!r} is nothing that the register knows.")
            usual[name] = value if name != "sealed" else "yes"
        one = Field(purpose.strip(), usual["seen"], usual["kept"], bool(usual["sealed"]), usual["export"])
        if not (one.purpose and one.kept in KEPT and one.export in EXPORT and set(one.seen) <= set(ROLES)):
            raise ValueError(f"Not understood: {line!r}")
        return names.split(), one
