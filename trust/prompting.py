"""When the product asks a coach a question, and when it keeps quiet. Pure.

Asked rarely, one of a kind at a time, and never again until some more sessions were held: a question that comes
every time is no question.
"""

# The first sessions go into chemistry and the objective as it was stated; three make a course. From the fourth held
# session on it is fair to ask what lies beneath.
SURFACE_AFTER_SESSIONS = 4
SURFACE_AGAIN_AFTER = 4
# Ratings that stand at the top for long: at most once in five held sessions, which is a quarter of a year or more.
MAXIMUM_AGAIN_AFTER = 5

# A question that nobody took up over three held sessions goes away by itself: that, too, is an answer.
STANDS_FOR_SESSIONS = 3


def has_stood(sessions_held: int, asked_at: int) -> bool:
    """Whether a question has been there long enough. `asked_at`: sessions held when it was asked."""
    return sessions_held - asked_at >= STANDS_FOR_SESSIONS


def asks_about_surface(sessions_held: int, last_asked: int | None) -> bool:
    """Whether to ask about an open objective with nothing beneath it. `last_asked`: sessions held at that time."""
    if last_asked is None:
        return sessions_held >= SURFACE_AFTER_SESSIONS
    return sessions_held - last_asked >= SURFACE_AGAIN_AFTER


def asks_about_maximum(sessions_held: int, last_asked: int | None) -> bool:
    """Whether to ask what would tell otherwise, where every rating stands at the top."""
    return last_asked is None or sessions_held - last_asked >= MAXIMUM_AGAIN_AFTER
