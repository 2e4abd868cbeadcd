"""The engine once more, for one engagement, as a plain loop over plain numbers: what the fast one must equal."""

from math import exp, isfinite, log, log1p, sqrt

MODES = range(6)
GROWING, STALLED, DECLINING, RUPTURE, HELD_LOW, REPAIR = MODES


class Signal:
    """One signal's switching filter."""

    def __init__(self, p):
        self.p = p
        c = p.start_correlation * p.start_sd[0] * p.start_sd[1]
        shift = [p.stalled_start_shift if m == STALLED else (0, 0) for m in MODES]
        self.weight = [max(w, 1e-12) for w in p.start_weights]
        self.mean = [[p.start_level[0] + s[0], p.start_level[1] + s[1]] for s in shift]
        self.cov = [[p.start_sd[0] ** 2, c, p.start_sd[1] ** 2] for _ in MODES]
        self.surprise = self.counted = p.noise_weight

    def predict(self, u):
        p, old = self.p, list(zip(self.weight, self.mean, self.cov, strict=True))
        weight, mean, cov = [], [], []
        for j in MODES:
            parts = [(p.transition[i][j] * w, m, v) for i, (w, m, v) in enumerate(old)]
            total = sum(w for w, _, _ in parts)
            m = [sum(w * x[k] for w, x, _ in parts) / total for k in (0, 1)]
            v = [
                sum(w * (s[n] + (x[a] - m[a]) * (x[b] - m[b])) for w, x, s in parts) / total
                for n, (a, b) in enumerate(((0, 0), (0, 1), (1, 1)))
            ]
            weight.append(max(total, 1e-12)), mean.append(m), cov.append(v)
        self.weight, self.mean, self.cov = weight, mean, cov
        for j in MODES:
            self._move(j, u)

    def _move(self, j, u):
        p, m, v = self.p, self.mean[j], self.cov[j]
        for k in (0, 1):
            if j == GROWING and m[k] < p.ceiling[k]:
                m[k] = p.ceiling[k] + exp(-2 * u / p.growth_weeks) * (m[k] - p.ceiling[k])
            if j == STALLED:
                m[k] = p.stalled_ceiling[k] + exp(-2 * u / p.stalled_weeks) * (m[k] - p.stalled_ceiling[k])
        jump = {DECLINING: -p.decline * u, RUPTURE: -p.rupture_drop, REPAIR: p.repair_gain}.get(j, 0.0)
        extra = {DECLINING: p.decline_sd**2 * u, RUPTURE: p.rupture_sd**2, REPAIR: p.repair_sd**2}.get(j, 0.0)
        k, q = p.coach_share, p.wander_sd**2 * u
        m[0] += jump
        m[1] += k * jump
        v[0] += q + extra
        v[1] += p.wander_correlation * q + k * extra
        v[2] += q + k * k * extra

    def update(self, executive, coach, attendance):
        p, scale = self.p, self.surprise / self.counted
        likelihood, errors = list(attendance), [[0.0] * 6, [0.0] * 6]
        for j in MODES:
            for voice, rating in ((0, executive), (1, coach)):
                if rating is not None:
                    m, (vee, vec, vcc) = self.mean[j], self.cov[j]
                    own, other = (vee, vcc) if voice == 0 else (vcc, vee)
                    total = own + scale * p.rating_sd[voice] ** 2
                    e = rating - m[voice]
                    m[voice] += own / total * e
                    m[1 - voice] += vec / total * e
                    own, vec, other = own - own * own / total, vec - own * vec / total, other - vec * vec / total
                    self.cov[j] = [own, vec, other] if voice == 0 else [other, vec, own]
                    likelihood[j] += -0.5 * (e * e / total + log(total))
                    errors[voice][j] = e * e / total
        top = max(likelihood)
        new = [w * exp(x - top) for w, x in zip(self.weight, likelihood, strict=True)]
        self.weight = [max(w / sum(new), 1e-12) for w in new]
        for voice, rating in ((0, executive), (1, coach)):
            if rating is not None:
                mean_error = sum(w * e for w, e in zip(self.weight, errors[voice], strict=True))
                self.surprise += scale * min(mean_error, 4.0)
                self.counted += 1


class Trend:
    """One variant of the trend filter, with full matrices."""

    def __init__(self, p):
        c = p.start_correlation * p.start_sd[0] * p.start_sd[1]
        self.p, self.x = p, [p.start_level[0], p.start_level[1], p.start_drift]
        self.P = [[p.start_sd[0] ** 2, c, 0.0], [c, p.start_sd[1] ** 2, 0.0], [0.0, 0.0, p.start_drift_sd**2]]

    def predict(self, u):
        p, x, keep = self.p, self.x, self.p.damping**u
        self.x = [x[0] + u * x[2], x[1] + p.coach_share * u * x[2], keep * x[2] + (1 - keep) * p.usual_drift]
        F = [[1, 0, u], [0, 1, p.coach_share * u], [0, 0, keep]]
        Q = [p.wander_sd[0] ** 2 * u, p.wander_sd[1] ** 2 * u, p.drift_sd**2 * u]
        three = range(3)
        FP = [[sum(F[i][k] * self.P[k][j] for k in three) for j in three] for i in three]
        self.P = [[sum(FP[i][k] * F[j][k] for k in three) + (Q[i] if i == j else 0) for j in three] for i in three]

    def update(self, executive, coach):
        for i, rating in ((0, executive), (1, coach)):
            if rating is not None:
                total = self.P[i][i] + self.p.rating_sd[i] ** 2
                gain, e, row = [self.P[k][i] / total for k in range(3)], rating - self.x[i], list(self.P[i])
                self.x = [x + g * e for x, g in zip(self.x, gain, strict=True)]
                self.P = [[self.P[a][b] - gain[a] * row[b] for b in range(3)] for a in range(3)]


def probabilities(history, parameters):
    """P(stalled), P(regressing) after each piece of evidence."""
    signals = [Signal(parameters.composite), Signal(parameters.strand), Signal(parameters.strand)]
    trends = [Trend(parameters.trend_regressing), Trend(parameters.trend_stalled)]
    found, before = [], None
    for n, e in enumerate(history, 1):
        if before is not None:
            u = max((e.on - before).days / 14, 0.25)
            for part in (*signals, *trends):
                part.predict(u)
        before = e.on
        coach, executive = _voices(e, parameters)
        for k, s in enumerate(signals):
            s.update(executive[k], coach[k], _attendance(s.p, e, executive[0]) if n > 1 else [0.0] * 6)
        for t in trends:
            t.update(executive[0], coach[0])
        x = _features(signals, trends, n)
        found.append((_fused(x, parameters.stalled), _fused(x, parameters.regressing)))
    return found


def _voices(e, parameters):
    def triple(cognitive, relational, shift):
        given = [r - shift for r in (cognitive, relational) if r is not None and e.held]
        one = [r - shift if r is not None and e.held else None for r in (cognitive, relational)]
        return [sum(given) / len(given) if given else None, *one]

    executive, coach = parameters.voice_shift
    return (
        triple(e.coach_cognitive, e.coach_relational, coach),
        triple(e.executive_cognitive, e.executive_relational, executive),
    )


def _attendance(p, e, answer):
    if not e.held:
        return [log(x) for x in p.p_missed]
    told = [log1p(-x) for x in p.p_missed]
    if answer is not None:
        return [t + log1p(-x) for t, x in zip(told, p.p_silent, strict=True)]
    return [t + log(x) for t, x in zip(told, p.p_silent, strict=True)] if e.check_in_invited else told


def _odds(p):
    p = min(max(p, 1e-9), 1 - 1e-9)
    return log(p) - log1p(-p)


def _below(z):
    z *= 1.702
    return -log1p(exp(-z)) if z > 0 else z - log1p(exp(z))


def _features(signals, trends, n):
    bad = [_odds(s.weight[DECLINING] + s.weight[RUPTURE] + s.weight[HELD_LOW]) for s in signals]
    still = [_odds(s.weight[STALLED]) for s in signals]
    falling, standing = trends
    level = (standing.x[0] + standing.x[1]) / 2
    return [
        bad[0],
        bad[1] + bad[2],
        (-0.15 - falling.x[2]) / sqrt(falling.P[2][2]),
        still[0],
        still[1] + still[2],
        _below((0.06 - standing.x[2]) / sqrt(standing.P[2][2])),
        _below((5.1 - level) / sqrt(standing.P[0][0])),
        log(n),
    ]


def _fused(x, fusion):
    total = fusion.intercept + sum(w * f for w, f in zip(fusion.weights, x, strict=True))
    if fusion.knots:
        total = _on_the_line(total, fusion.knots, fusion.log_odds)
    assert isfinite(total)
    return 1 / (1 + exp(-min(max(total, -50), 50)))


def _on_the_line(x, knots, values):
    if x <= knots[0]:
        return values[0]
    for a, b, left, right in zip(knots, knots[1:], values, values[1:], strict=False):
        if x <= b:
            return left + (right - left) * (x - a) / (b - a)
    return values[-1]
