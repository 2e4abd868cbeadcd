"""What the terminal shows once the first page can be opened."""

from pathlib import Path

from django.conf import settings


def welcome(address: str, ready: dict) -> str:
    """Address, sign-ins or the first administrator's link, and where the data lies."""
    lines = ["", f"  Point of Trust is running at {address}", ""]
    if ready["sign_ins"]:
        lines += ["  Demo sign-ins (role, e-mail, password):", *_table(ready["sign_ins"]), ""]
    elif ready["door"]:
        lines += [
            "  Create the first administrator with this link; it works once:",
            f"    {address}{ready['door']}",
            "",
        ]
    lines += [f"  {note}" for note in ready["notes"]]
    lines += [f"  Data, mail and logs: {_short(Path(settings.VAR_DIR))}. Stop with Ctrl-C.", ""]
    return "\n".join(lines)


def _short(folder: Path) -> Path:
    """As seen from where the command was typed, where that is shorter."""
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


def _table(rows) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return [
        "    " + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
