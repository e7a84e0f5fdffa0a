/**
 * Quantiles of Student's t distribution, for whole degrees of freedom.
 *
 * With t = √ν · tan θ, the probability between -t and t is a finite sum of powers of cos θ: M. Abramowitz and I. A. Stegun,
 * "Handbook of Mathematical Functions", 1964, 26.7.3 (odd ν) and 26.7.4 (even ν). It grows with θ and θ is bounded, so halving
 * finds the quantile to the last bits of a number, without a first guess and without a case that does not converge.
 */

/** Enough halvings of (0, π/2) to reach the spacing of doubles. */
const HALVINGS = 60

/** @param theta arctan(t / √degrees) */
function probabilityWithin(theta: number, degrees: number): number {
  const cosine = Math.cos(theta)
  const odd = degrees % 2 === 1
  let term = odd ? cosine : 1
  let sum = 0
  for (let power = odd ? 1 : 0; power <= degrees - 2; power += 2) {
    sum += term
    term *= (cosine * cosine * (power + 1)) / (power + 2)
  }
  const part = Math.sin(theta) * sum
  return odd ? (2 / Math.PI) * (theta + part) : part
}

/**
 * The t for which a share `confidence` of the distribution lies between -t and t: 12.706 for 0.95 and one degree of freedom.
 * @param degrees a whole number, 1 or more
 */
export function studentT(confidence: number, degrees: number): number {
  if (!Number.isInteger(degrees) || degrees < 1) throw new RangeError(`no t for ${degrees} degrees of freedom`)
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`no t for a confidence of ${confidence}`)
  let [low, high] = [0, Math.PI / 2]
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2
    if (probabilityWithin(middle, degrees) < confidence) low = middle
    else high = middle
  }
  return Math.sqrt(degrees) * Math.tan((low + high) / 2)
}
