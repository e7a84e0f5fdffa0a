/** Figures and states in few characters. */

import type { BreakerView, FeedKind, GremlinView, LivePhase, ServiceState } from '../core/live.ts'
import type { Verdict } from '../core/result.ts'
import type { Tone } from './line.ts'

export interface Sign {
  readonly sign: string
  readonly word: string
  readonly tone: Tone
}

export const SERVICE_SIGNS: Readonly<Record<ServiceState, Sign>> = {
  up: { sign: '●', word: 'up', tone: 'good' },
  slow: { sign: '◐', word: 'slow', tone: 'warning' },
  down: { sign: '✗', word: 'down', tone: 'bad' },
  restarting: { sign: '↻', word: 'restarting', tone: 'bad' },
}

export const BREAKER_SIGNS: Readonly<Record<BreakerView['state'], Sign>> = {
  closed: { sign: '●', word: 'closed', tone: 'normal' },
  open: { sign: '✗', word: 'open', tone: 'bad' },
  'half-open': { sign: '◐', word: 'half-open', tone: 'warning' },
}

export const GREMLIN_SIGNS: Readonly<Record<GremlinView['state'], Sign>> = {
  scheduled: { sign: '◷', word: 'plan', tone: 'accent' },
  on: { sign: '●', word: 'on', tone: 'warning' },
  off: { sign: '○', word: 'off', tone: 'dim' },
}

export const FEED_SIGNS: Readonly<Record<FeedKind, Sign>> = {
  strike: { sign: '!', word: 'strike', tone: 'warning' },
  service: { sign: '●', word: 'service', tone: 'normal' },
  breaker: { sign: '◐', word: 'breaker', tone: 'normal' },
  order: { sign: '·', word: 'order', tone: 'normal' },
  violation: { sign: '✗', word: 'violation', tone: 'bad' },
  change: { sign: '▸', word: 'change', tone: 'accent' },
  caption: { sign: '"', word: 'said', tone: 'dim' },
}

export const PHASES: Readonly<Record<LivePhase, string>> = {
  starting: 'starting',
  'warming-up': 'warming up',
  ready: 'ready',
  traffic: 'traffic',
  'waiting-for-quiet': 'until quiet',
  auditing: 'auditing',
  over: 'over',
}

export const VERDICT_TONES: Readonly<Record<Verdict, Tone>> = {
  PASS: 'good',
  INCONCLUSIVE: 'warning',
  FAIL: 'alarm',
  ERROR: 'alarm',
}

/** `4.2 ms`, `812 ms`, `3.2 s`, `12 min`; `-` for null. */
export function durationText(ms: number | null, gap = ' '): string {
  if (ms === null) return '-'
  if (!Number.isFinite(ms)) return '?'
  if (ms < 9.95) return `${ms.toFixed(1)}${gap}ms`
  if (ms < 999.5) return `${Math.round(ms)}${gap}ms`
  if (ms < 99_950) return `${(ms / 1000).toFixed(1)}${gap}s`
  if (ms < 599_500) return `${Math.round(ms / 1000)}${gap}s`
  return `${countText(Math.round(ms / 60_000))}${gap}min`
}

/** `0:42`, `61:05`. */
export function clockText(ms: number): string {
  if (!Number.isFinite(ms)) return '?'
  const seconds = Math.floor(Math.abs(ms) / 1000)
  return `${ms < 0 ? '-' : ''}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** `49.8`, `1,203`. */
export function rateText(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return '?'
  return perSecond < 99.95 ? perSecond.toFixed(1) : countText(Math.round(perSecond))
}

/** `12,345`. */
export function countText(count: number): string {
  if (!Number.isFinite(count)) return '?'
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `one violation`, `3 violations`. */
export function numberOf(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`
}

/** `1,234.50 EUR`. */
export function moneyText(cents: number, currency: string): string {
  if (!Number.isFinite(cents)) return `? ${currency}`
  const whole = Math.trunc(Math.abs(cents) / 100)
  const rest = String(Math.round(Math.abs(cents)) % 100).padStart(2, '0')
  return `${cents < 0 ? '-' : ''}${countText(whole)}.${rest} ${currency}`
}

const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/**
 * The newest figures that fit, each level about three times the one below: 1 ms is the lowest, 3 s and more the highest. One scale for all and for ever: what
 * is high is slow, and the noise of quick answers stays low.
 */
export function sparkline(latencyMs: readonly (number | null)[], width: number): string {
  return latencyMs
    .slice(-Math.max(1, width))
    .map((ms) => {
      if (ms === null) return '·'
      const level = Math.round(2 * Math.log10(Math.max(1, ms)))
      return LEVELS[Math.max(0, Math.min(LEVELS.length - 1, level))] ?? '·'
    })
    .join('')
    .padStart(width)
}

/** How much of a limit is taken; full is full only when all of it is. */
export function bar(taken: number, limit: number, width: number): string {
  const share = limit > 0 ? Math.max(0, Math.min(1, taken / limit)) : 0
  const cells = share === 1 ? width : Math.min(width - 1, Math.ceil(share * width))
  return `${'█'.repeat(Math.max(0, cells))}${'░'.repeat(Math.max(0, width - cells))}`
}
