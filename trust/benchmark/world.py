"""A simulated world of coaching engagements with known truth. Simulated: never to be shown as real people.

Built from published figures: two raters who agree at about .4 and differ by .6 standard deviations (Tryon 2007),
strands that correlate about .6 (McAllister 1995), engagements of about ten sessions in five months, one in seven
that loses ground, one in twelve that stands still, ruptures in almost half of the rest, most of them repaired
(McLaughlin 2014), ratings that bunch near the top, and executives who answer three check-ins in five.
The other worlds differ in scale, noise, rhythm, base rates and response, to see what the engine owes to this one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from trust.trajectory.panel import Panel

HEALTHY, STALLED, REGRESSING = range(3)
TRUTHS = ("HEALTHY", "STALLED", "REGRESSING")
NEVER = 10**6
MOST_SESSIONS = 24
FEWEST_SESSIONS = 4
# Before a third session nobody can say that something has changed.
EARLIEST_ONSET = 2
FIRST_DAY = 739000
# Share of a reading that is the rater's mood of the day on both strands; the rest belongs to one strand.
HALO = 0.5
COACH_COGNITIVE, COACH_RELATIONAL, EXECUTIVE_COGNITIVE, EXECUTIVE_RELATIONAL = range(4)


@dataclass(frozen=True, slots=True)
class World:
    """What a world is like. Levels on 1..7; pairs are (coach, executive)."""

    name: str
    regressing: float = 0.15
    stalled: float = 0.08
    cadence_weeks: tuple = (1.0, 2.0, 4.0)
    cadence_shares: tuple = (0.12, 0.64, 0.24)
    jitter: float = 0.25
    months: float = 5.0
    start: float = 4.85
    start_sd: float = 0.5
    ceiling: float = 6.1
    ceiling_sd: float = 0.4
    standstill: float = 4.8  # where trust settles in a stalled engagement
    standstill_sd: float = 0.35
    growth_weeks: float = 9.0
    strand_sd: float = 0.3
    wander: float = 0.06  # per fortnight
    leniency: tuple = (-0.2, 0.25)
    leniency_sd: tuple = (0.65, 0.4)
    noise: tuple = (0.47, 0.5)
    noise_persistence: float = 0.25
    noise_spread: float = 0.5  # standard deviation of the log of a person's noise
    coach_sees: float = 0.67  # share of a fall that the coach perceives, …
    coach_lag: float = 0.4  # … and the share of it that arrives one session late
    slope: float = 0.3  # of a decline, per fortnight
    sudden: float = 0.55  # share of regressing engagements that begin with a rupture
    drop: float = 1.35
    ruptures: float = 0.2  # share of healthy engagements with a rupture that is repaired
    answers: float = 0.62
    answers_per_point: float = -0.8  # change of log odds per point of trust lost
    missed: float = 0.065
    missed_per_point: float = 1.1
    leaves: tuple = (0.09, 0.06, 0.45)  # share that ends early: healthy, stalled, regressing
    points: int = 7  # steps of the scale
    items: tuple = (3, 2)  # behind a strand's mean


@dataclass(frozen=True, slots=True)
class Lives:
    """Simulated engagements: the panel an engine may see, and the truth it may not.

    `onset` (n,) is the index of the first bad session, NEVER for healthy ones. `trust` (2, n, t) is the true level of
    both strands. `early` (n,) says whether it ended before its time.
    """

    panel: Panel
    truth: np.ndarray
    onset: np.ndarray
    early: np.ndarray
    trust: np.ndarray


def simulate(world: World, n: int, seed: int) -> Lives:
    """`n` engagements of a world."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(3, n, p=[1 - world.stalled - world.regressing, world.stalled, world.regressing])
    day, planned = _calendar(world, n, rng)
    fortnights = np.diff(day, axis=1, prepend=day[:, :1]) / 14
    onset = _onsets(truth, planned, rng)
    growth = _growth(world, truth, onset, fortnights, rng)
    lost = _losses(world, truth, onset, planned, fortnights, rng)
    trust = np.clip(growth - lost, 1.0, 7.0)
    early, ends = _ends(world, truth, onset, planned, rng)
    present = np.arange(MOST_SESSIONS) < ends[:, None]
    fallen = lost.mean(0)
    held = rng.random(day.shape) >= _shifted(world.missed, world.missed_per_point * fallen)
    held[:, 0] = True
    ratings = _ratings(world, growth, lost, rng)
    answered = rng.random(day.shape) < _shifted(world.answers, world.answers_per_point * fallen)
    logged = rng.random(day.shape) < 0.93
    ratings[..., :2] = np.where((held & logged & present)[..., None], ratings[..., :2], np.nan)
    ratings[..., 2:] = np.where((held & answered & present)[..., None], ratings[..., 2:], np.nan)
    panel = Panel(day.astype(float), present, held & present, np.ones_like(present), ratings)
    return Lives(panel, truth, np.where(onset < ends, onset, NEVER), early, trust)


def _shifted(p: float, by: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(np.log(p / (1 - p)) + by)))


def _calendar(world: World, n: int, rng) -> tuple[np.ndarray, np.ndarray]:
    cadence = rng.choice(world.cadence_weeks, n, p=world.cadence_shares) * rng.lognormal(0, 0.1, n)
    gaps = cadence[:, None] * 7 * rng.lognormal(0, world.jitter, (n, MOST_SESSIONS))
    gaps[:, 0] = 0
    weeks = world.months * 4.35 * rng.lognormal(0, 0.35, n)
    planned = np.clip(np.round(weeks / cadence) + 1, FEWEST_SESSIONS, MOST_SESSIONS).astype(int)
    return FIRST_DAY + np.round(np.cumsum(np.maximum(gaps, 1), axis=1)), planned


def _onsets(truth: np.ndarray, planned: np.ndarray, rng) -> np.ndarray:
    """Declines begin any time, rather early; a standstill shows in the first half."""
    room = np.where(truth == STALLED, np.minimum(planned - 1, 6), planned - 1) - EARLIEST_ONSET
    share = rng.random(len(truth)) ** np.where(truth == STALLED, 2.5, 1.6)
    return np.where(truth == HEALTHY, NEVER, EARLIEST_ONSET + np.floor(share * np.maximum(room, 1)).astype(int))


def _growth(world: World, truth, onset, fortnights, rng) -> np.ndarray:
    """Both strands as they would go without losses, (2, n, t): growth towards a ceiling, or until a standstill."""
    n, t = fortnights.shape
    common = rng.normal(0, 1, n)
    start = world.start + world.start_sd * common + world.strand_sd * rng.normal(0, 1, (2, n))
    start -= np.where(truth == STALLED, 0.35, 0.0)
    own = 0.4 * common + 0.9 * rng.normal(0, 1, n)
    low, high = world.standstill + world.standstill_sd * own, world.ceiling + world.ceiling_sd * own
    ceiling = np.where(truth == STALLED, low, high)
    weeks = np.where(truth == STALLED, 0.5, 1.0) * world.growth_weeks
    rate = 2 / (weeks * rng.lognormal(0, 0.4, n))
    level, course = start, np.empty((2, n, t))
    for k in range(t):
        pull = 1 - np.exp(-rate * fortnights[:, k])
        step = np.sqrt(np.maximum(fortnights[:, k], 0)) * world.wander
        level = level + pull * np.maximum(ceiling - level, 0) + step * rng.normal(0, 1, (2, n))
        course[:, :, k] = level
    return course


def _losses(world: World, truth, onset, planned, fortnights, rng) -> np.ndarray:
    """Trust lost by decline or rupture, (2, n, t); one strand usually leads."""
    n, t = fortnights.shape
    at = np.arange(t)
    bad = (truth == REGRESSING)[:, None] & (at >= onset[:, None])
    sudden = rng.random(n) < world.sudden
    slope = world.slope * rng.lognormal(0, 0.35, n) * np.where(sudden, 0.4, 1.0)
    drop = world.drop * rng.lognormal(0, 0.25, n)
    since = np.cumsum(np.where(bad, np.maximum(fortnights, 0.25), 0), axis=1)
    lost = np.where(bad, slope[:, None] * since + (drop * sudden)[:, None], 0.0)
    ruptured = (truth == HEALTHY) & (rng.random(n) < world.ruptures)
    begins = EARLIEST_ONSET + np.floor(rng.random(n) * np.maximum(planned - EARLIEST_ONSET, 1))
    lasts = rng.geometric(0.6, n)
    within = ruptured[:, None] & (at >= begins[:, None]) & (at < (begins + lasts)[:, None])
    lost = np.minimum(lost + np.where(within, drop[:, None], 0.0), 3.0)
    lead = rng.choice([0, 1, 2], n, p=[0.25, 0.35, 0.4])
    return np.stack([lost * np.where(lead == 1, 0.65, 1.0)[:, None], lost * np.where(lead == 0, 0.65, 1.0)[:, None]])


def _ends(world: World, truth, onset, planned, rng) -> tuple[np.ndarray, np.ndarray]:
    early = rng.random(len(truth)) < np.array(world.leaves)[truth]
    soon = np.minimum(onset, planned) + rng.integers(2, 9, len(truth))
    anywhere = FEWEST_SESSIONS + np.floor(rng.random(len(truth)) * (planned - FEWEST_SESSIONS)).astype(int)
    ends = np.where(early, np.where(truth == REGRESSING, soon, anywhere), planned)
    return early & (ends < planned), np.clip(ends, 2, planned)


def _ratings(world: World, growth, lost, rng) -> np.ndarray:
    """Strand means as both voices give them, (n, t, 4)."""
    _, n, t = growth.shape
    late = np.concatenate([lost[:, :, :1], lost[:, :, :-1]], axis=2)
    seen = world.coach_sees * ((1 - world.coach_lag) * lost + world.coach_lag * late)
    given = np.empty((n, t, 4))
    for voice, felt in enumerate((growth - seen, growth - lost)):
        person = np.exp(rng.normal(0, world.noise_spread, n) - world.noise_spread**2 / 2) * world.noise[voice]
        bias = rng.normal(world.leniency[voice], world.leniency_sd[voice], n)
        halo = _persistent(n, t, world.noise_persistence, rng)
        for strand in range(2):
            own = _persistent(n, t, world.noise_persistence, rng)
            mood = person[:, None] * (np.sqrt(HALO) * halo + np.sqrt(1 - HALO) * own)
            given[:, :, 2 * voice + strand] = _answers(felt[strand] + bias[:, None] + mood, world, voice, rng)
    return given


def _persistent(n: int, t: int, persistence: float, rng) -> np.ndarray:
    """Noise of unit variance that carries over a little from one session to the next."""
    noise = rng.normal(0, 1, (n, t))
    for k in range(1, t):
        noise[:, k] = persistence * noise[:, k - 1] + np.sqrt(1 - persistence**2) * noise[:, k]
    return noise


def _answers(level: np.ndarray, world: World, voice: int, rng) -> np.ndarray:
    """The mean of some items, each rounded to a step of the scale and brought to 1..7."""
    items = world.items[voice]
    step = 6 / (world.points - 1)
    raw = level[..., None] + rng.normal(0, 0.4, (*level.shape, items))
    return np.clip(1 + step * np.round((raw - 1) / step), 1, 7).mean(-1)


REFERENCE = World("reference")
STRANGE = (
    replace(
        REFERENCE, name="five steps, monthly, generous", points=5, cadence_weeks=(2.0, 4.0, 5.0),
        cadence_shares=(0.2, 0.6, 0.2), months=8.0, leniency=(0.1, 0.5), growth_weeks=14.0, slope=0.2,
    ),
    replace(
        REFERENCE, name="noisy, few check-ins", answers=0.4, noise=(0.6, 0.6), noise_persistence=0.4,
        leniency_sd=(0.75, 0.5), missed=0.11, missed_per_point=1.0, coach_sees=0.55,
    ),
    replace(
        REFERENCE, name="troubled, weekly", regressing=0.26, stalled=0.14, cadence_weeks=(1.0, 1.5, 2.0),
        cadence_shares=(0.5, 0.3, 0.2), months=4.0, ruptures=0.4, drop=1.1, start=4.7, ceiling=5.9,
        standstill=4.6, answers=0.75,
    ),
)  # fmt: skip
