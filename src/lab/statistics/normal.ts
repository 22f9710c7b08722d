const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

/** Density of the standard normal distribution. */
export function normalPdf(x: number): number {
  return Math.exp(-0.5 * x * x) / SQRT_TWO_PI;
}

/**
 * P(Z ≤ x) for a standard normal Z. The power series of Marsaglia (2004, "Evaluating the Normal Distribution", J. Stat. Software 11)
 * near the centre, Laplace's continued fraction in the tails, so that small probabilities keep their relative precision.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x < -2.5) return upperTail(-x);
  if (x > 2.5) return 1 - upperTail(x);
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + normalPdf(x) * sum;
}

/** P(Z > x) for x > 2.5: φ(x) / (x + 1/(x + 2/(x + …))), from the inside out. */
function upperTail(x: number): number {
  if (x > 39) return 0;
  let fraction = x;
  for (let k = 200; k >= 1; k--) fraction = x + k / fraction;
  return normalPdf(x) / fraction;
}

const CENTRE_NUMERATOR = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
  2.506628277459239,
];
const CENTRE_DENOMINATOR = [
  -5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1,
];
const TAIL_NUMERATOR = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const TAIL_DENOMINATOR = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1];
const polynomial = (coefficients: readonly number[], x: number) => coefficients.reduce((sum, c) => sum * x + c, 0);

/**
 * The x with P(Z ≤ x) = p; ±Infinity at 0 and 1. Acklam's rational start (relative error 1e-9), then two Halley steps against
 * `normalCdf`. Throws RangeError for a p outside [0, 1].
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`normalQuantile: p is ${p}; it must be a probability in [0, 1]`);
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p === 0) return -Infinity;
  let x: number;
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    x = polynomial(TAIL_NUMERATOR, q) / polynomial(TAIL_DENOMINATOR, q);
  } else {
    const q = p - 0.5;
    x = (polynomial(CENTRE_NUMERATOR, q * q) * q) / polynomial(CENTRE_DENOMINATOR, q * q);
  }
  for (let step = 0; step < 2; step++) {
    const density = normalPdf(x);
    if (density === 0) break;
    const error = (normalCdf(x) - p) / density;
    x -= error / (1 + (x * error) / 2);
  }
  return x;
}
