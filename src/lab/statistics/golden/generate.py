"""Writes golden.json: reference values of scipy for the statistics of this folder. Run: python3 generate.py (scipy 1.17)."""

import json
import math
from pathlib import Path

import numpy as np
from scipy import optimize, stats

out: dict = {}

xs = [-30, -12, -8, -5, -3, -2.5, -1.96, -1, -0.3, 0, 1e-6, 0.5, 1, 2.5, 2.6, 4, 7]
out["normalCdf"] = [{"x": x, "p": float(stats.norm.cdf(x))} for x in xs]
ps = [1e-300, 1e-100, 1e-15, 1e-6, 0.001, 0.02425, 0.025, 0.1, 0.3, 0.5, 0.8, 0.975, 0.999, 1 - 1e-9]
out["normalQuantile"] = [{"p": p, "x": float(stats.norm.ppf(p))} for p in ps]

dfs = [0.5, 1, 2, 3.7, 10, 59, 250, 10000]
out["studentTCdf"] = [
    {"t": t, "df": df, "p": float(stats.t.cdf(t, df))}
    for df in dfs
    for t in [-40, -6, -2, -0.7, 0, 1e-4, 0.3, 1.5, 3, 9]
]
out["studentTQuantile"] = [
    {"p": p, "df": df, "t": float(stats.t.ppf(p, df))} for df in dfs for p in [0.0005, 0.025, 0.2, 0.5, 0.8, 0.975, 0.9995]
]
out["incompleteBeta"] = [
    {"x": x, "a": a, "b": b, "value": float(stats.beta.cdf(x, a, b))}
    for a, b in [(0.5, 0.5), (1, 3), (5, 2), (40, 60), (500, 1200)]
    for x in [0.001, 0.1, 0.29, 0.5, 0.9, 0.999]
]

counts = [(0, 1), (1, 1), (0, 20), (3, 20), (10, 20), (17, 60), (60, 60), (311, 1000)]
out["wilson"] = []
out["clopperPearson"] = []
out["binomial"] = []
for k, n in counts:
    for level in [0.8, 0.95, 0.99]:
        test = stats.binomtest(k, n)
        w = test.proportion_ci(level, method="wilson")
        e = test.proportion_ci(level, method="exact")
        out["wilson"].append({"k": k, "n": n, "level": level, "low": float(w.low), "high": float(w.high)})
        out["clopperPearson"].append({"k": k, "n": n, "level": level, "low": float(e.low), "high": float(e.high)})
    for p in [0.5, 0.2, 0.9]:
        exact = float(stats.binomtest(k, n, p).pvalue)
        pmf = stats.binom.pmf(np.arange(n + 1), n, p)
        mid = float(pmf[pmf < pmf[k] * (1 - 1e-7)].sum() + pmf[np.abs(pmf - pmf[k]) <= pmf[k] * 1e-7].sum() / 2)
        out["binomial"].append({"k": k, "n": n, "p": p, "exact": exact, "midP": mid})

out["mcnemar"] = [
    {"wins": b, "losses": c, "p": float(stats.binomtest(b, b + c).pvalue)}
    for b, c in [(1, 0), (6, 0), (5, 1), (10, 10), (20, 8), (120, 85)]
]


def tango(b, c, n, level):
    """Score limits by numerical maximisation of the restricted likelihood: shares no formula with the code."""
    z = stats.norm.ppf((1 + level) / 2)

    def statistic(d):
        lo, hi = max(0.0, -d), (1 - d) / 2

        def minus_log_likelihood(q):
            terms = [(b, q + d), (c, q), (n - b - c, 1 - 2 * q - d)]
            return -sum(k * math.log(max(p, 1e-300)) for k, p in terms if k)

        q = optimize.minimize_scalar(minus_log_likelihood, bounds=(lo, hi), method="bounded", options={"xatol": 1e-13}).x
        return (b - c - n * d) / math.sqrt(n * (2 * q + d * (1 - d)))

    estimate = (b - c) / n
    return (
        optimize.brentq(lambda d: statistic(d) - z, -1 + 1e-9, estimate - 1e-9, xtol=1e-12),
        optimize.brentq(lambda d: statistic(d) + z, estimate + 1e-9, 1 - 1e-9, xtol=1e-12),
    )


out["tango"] = []
for b, c, n in [(9, 4, 40), (1, 3, 20), (0, 5, 25), (30, 12, 150)]:
    low, high = tango(b, c, n, 0.95)
    out["tango"].append({"wins": b, "losses": c, "n": n, "low": low, "high": high})

families = [[0.01, 0.04, 0.03], [0.2, 0.9, 0.04, 0.04], [0.001], [0.5, 0.6, 0.7], [0.012, 0.011, 0.3, 0.02, 0.04]]
out["benjaminiHochberg"] = [
    {"p": f, "adjusted": [float(x) for x in stats.false_discovery_control(f)]} for f in families
]


def holm(p):
    order = np.argsort(p, kind="stable")
    adjusted = np.minimum(1, np.maximum.accumulate(np.array(p)[order] * (len(p) - np.arange(len(p)))))
    result = np.empty(len(p))
    result[order] = adjusted
    return [float(x) for x in result]


out["holm"] = [{"p": f, "adjusted": holm(f)} for f in families]

rng = np.random.default_rng(11)
out["quantile"] = []
for n in [1, 2, 9, 40]:
    values = np.sort(rng.exponential(size=n))
    for p in [0, 0.05, 0.5, 0.9, 0.99, 1]:
        out["quantile"].append({"values": values.tolist(), "p": p, "value": float(np.quantile(values, p))})
out["quantileInterval"] = []
for n, p in [(30, 0.5), (61, 0.5), (100, 0.9), (400, 0.95)]:
    values = np.sort(rng.exponential(size=n))
    q = stats.quantile_test(values, q=0.0, p=p).confidence_interval(0.95)
    out["quantileInterval"].append({"values": values.tolist(), "p": p, "low": float(q.low), "high": float(q.high)})

out["bca"] = []
for n in [10, 25]:
    for level in [0.9, 0.95]:
        data = rng.exponential(size=n) - 0.6
        result = stats.bootstrap(
            (data,), np.mean, n_resamples=300, confidence_level=level, method="BCa", rng=np.random.default_rng(n)
        )
        out["bca"].append(
            {
                "data": data.tolist(),
                "level": level,
                "distribution": sorted(float(x) for x in result.bootstrap_distribution),
                "low": float(result.confidence_interval.low),
                "high": float(result.confidence_interval.high),
            }
        )

out["permutation"] = []
for n in [2, 5, 9, 12]:
    for kind in ["normal", "ties"]:
        d = rng.normal(0.4, 1, size=n) if kind == "normal" else rng.integers(-2, 4, size=n) / 3
        p = stats.permutation_test((d,), np.sum, permutation_type="samples", n_resamples=np.inf).pvalue
        out["permutation"].append({"differences": d.tolist(), "p": float(p)})
# The lattice version, by convolution of polynomials with exact integers.
for n in [20, 60]:
    d = rng.integers(-3, 5, size=n)
    reach = int(np.abs(d).sum())
    ways = [1]
    for step in (abs(int(x)) for x in d):
        grown = [0] * (len(ways) + step)
        for i, w in enumerate(ways):
            grown[i] += w
            grown[i + step] += w
        ways = grown
    extreme = sum(w for s, w in enumerate(ways) if abs(2 * s - reach) >= abs(int(d.sum())))
    out["permutation"].append({"differences": (d / 4).tolist(), "p": extreme / 2 ** len(d)})

out["meanInterval"] = []
for n in [2, 7, 50]:
    values = rng.normal(size=n)
    low, high = stats.t.interval(0.95, n - 1, loc=values.mean(), scale=stats.sem(values))
    out["meanInterval"].append({"values": values.tolist(), "low": float(low), "high": float(high)})


def exact_power(rows, effect, sd, alpha):
    delta = effect / sd * math.sqrt(rows)
    t = stats.t.ppf(1 - alpha / 2, rows - 1)
    return float(stats.nct.sf(t, rows - 1, delta) + stats.nct.cdf(-t, rows - 1, delta))


out["power"] = []
for rows, sd, alpha, power in [(12, 1, 0.05, 0.8), (60, 0.45, 0.05, 0.8), (100, 0.5, 0.05 / 3, 0.9), (1000, 20, 0.01, 0.8)]:
    mde = (stats.t.ppf(1 - alpha / 2, rows - 1) + stats.t.ppf(power, rows - 1)) * sd / math.sqrt(rows)
    out["power"].append(
        {"rows": rows, "sd": sd, "alpha": alpha, "power": power, "mde": float(mde), "exactPower": exact_power(rows, mde, sd, alpha)}
    )

Path(__file__).with_name("golden.json").write_text(json.dumps(out, indent=1) + "\n")
