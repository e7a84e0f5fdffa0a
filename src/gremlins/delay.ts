/** What gremlins that hold something up share: a range of delays, their luck, and whole microseconds. */

import { z } from 'zod'
import type { Request } from '../core/call.ts'
import type { Draw } from '../core/env.ts'
import { coinEffect } from './coin.ts'

export const delayMs = z.number().min(0)

export interface DelayRange {
  readonly fromMs: number
  readonly toMs: number
}

/** Options of a range, to be refined by `isRange`. */
export const RANGE_FIELDS = { fromMs: delayMs, toMs: delayMs }

export function isRange({ fromMs, toMs }: DelayRange): boolean {
  return toMs >= fromMs
}

export const NO_RANGE = { path: ['toMs'], message: 'must be at least fromMs' }

/** A number in [0, 1) for each purpose, under the same key as the coin that let the gremlin strike. */
export type Luck = (purpose: string) => number

export function luckOf(request: Request, service: string, draw: Draw): Luck {
  return (purpose) => draw(purpose, service, request.purchase, coinEffect(request), request.attempt)
}

/** Every delay of the range is as likely as any other. */
export function drawBetween({ fromMs, toMs }: DelayRange, luck: Luck): number {
  return fromMs + luck('delay') * (toMs - fromMs)
}

/** In [0, most] and in whole microseconds, since the last bits of `Math.log` may differ between machines. */
export function tidyDelayMs(delayMs: number, mostMs: number): number {
  return Math.round(Math.min(Math.max(delayMs, 0), mostMs) * 1_000) / 1_000
}
