"""Makes tagged PDFs (PDF/UA) from a Typst template and plain data."""

import json
from pathlib import Path
from typing import Any


def typeset(template: Path, data) -> bytes:
    """A tagged PDF with embedded fonts. Where no font has a character, one without the promise of PDF/UA."""
    import typst  # compiled code of some size: only when somebody asks for a PDF

    # Any: its stubs do not know yet that it takes several files.
    files: Any = {"main.typ": template.read_bytes(), "data.json": json.dumps(data).encode()}
    try:
        return typst.compile(files, pdf_standards=["ua-1"], ignore_system_fonts=True)
    except typst.TypstError:
        return typst.compile(files)  # with the fonts of the system, too
