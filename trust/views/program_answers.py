"""What a program's managers read of what executives and coaches answered: frozen figures over groups, nothing else.

Nothing is counted here. The figures of a quarter were written once, some weeks after it ended
(trust/actions/cohort.py), so that two looks at the page differ by whole quarters only, and never by an answer.
"""

from trust.aggregates import LEAST_COACHES, LEAST_PEOPLE, together
from trust.views.cohort import quarter_words, share_words
from trust.views.cohort_rows import quarters_of

QUARTERS = 4
LASTING_WORDS = {"lasting": "Lasting", "partly": "Partly", "faded": "Faded"}
PROMISE = (
    f"Only by finished quarter, and only where at least {LEAST_PEOPLE} people of at least {LEAST_COACHES} coaches "
    "stand behind a figure. Rounded, so that nobody’s own answer can be worked out; written once and never changed. "
    "Missing: people whose agreement does not open averages, and people who objected."
)


def answers_page(user, program, now):
    """For managers from outside alone; to others nothing is visible."""
    rows = [_row(quarter, together(quarter.cells)) for quarter in quarters_of(user, program, QUARTERS, now)]
    return {"may_see_cohort": True, "answers": {"rows": rows, "promise": PROMISE}}


def _row(quarter, whole):
    has_rate = whole is not None and whole.answering is not None
    return {
        "quarter": quarter_words(quarter.starts_on),
        "rate": share_words(whole.answering) if has_rate else "",
        "asked": whole.asked if has_rate else None,
        "lasting": _lasting(quarter.lasting),
    }


def _lasting(figures):
    """Whether it lasted, in words; none where it is withheld."""
    if figures is None:
        return None
    return {
        "shares": [(words, share_words(getattr(figures, name))) for name, words in LASTING_WORDS.items()],
        "rate": share_words(figures.answering),
        "asked": figures.asked,
    }
