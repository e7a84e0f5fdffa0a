/** One line of evidence: what was measured, what was demanded, and whether it is met. */

export interface Finding {
  readonly what: string
  readonly measured: string
  readonly demanded: string
  readonly met: boolean
}

const TWO_DIGITS = 100

function show(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * TWO_DIGITS) / TWO_DIGITS) : 'nothing measured'
}

export function atLeast(what: string, measured: number, bound: number, unit = ''): Finding {
  return { what, measured: `${show(measured)}${unit}`, demanded: `at least ${bound}${unit}`, met: measured >= bound }
}

export function atMost(what: string, measured: number, bound: number, unit = ''): Finding {
  return { what, measured: `${show(measured)}${unit}`, demanded: `at most ${bound}${unit}`, met: measured <= bound }
}

export function lineOf({ what, measured, demanded, met }: Finding): string {
  return `${met ? 'met   ' : 'MISSED'}  ${what}: ${measured} (${demanded})`
}
