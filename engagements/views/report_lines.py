"""A line of a sponsor report as it is shown: to the executive who decides and on the sponsor's page alike."""

from engagements.report_content import progress_facts

ERASED = "These words were erased."


def shown_line(line, words):
    """`words` as report_lines.words_of gives them: {line key: (salt, words)}."""
    if line.is_about_objective:
        _, text = words.get(line.pk, ("", ERASED))
        return {"line": line, "title": "Stated objective", "text": text, "facts": [], "is_erased": line.pk not in words}
    return {"line": line, "title": "How it goes", "text": "", "facts": progress_facts(line.figures), "is_erased": False}
