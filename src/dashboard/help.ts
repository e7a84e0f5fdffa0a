/** The line of keys at the bottom, and the page that explains everything. */

import type { VariantView } from '../core/live.ts'
import { controlHeight, controlLines } from './controls.ts'
import { gremlinKey, KEYS, policyKey } from './keys.ts'
import { cellsOf, flow, type Line, row, rule, say } from './line.ts'
import { BREAKER_SIGNS, FEED_SIGNS, GREMLIN_SIGNS, SERVICE_SIGNS, type Sign } from './words.ts'

const LEAST_LIST_LINES = 4

/** As many keys as fit, those that nobody can do without first; in the order of the table. */
export function helpLine(variant: VariantView | undefined, width: number): Line {
  const items = KEYS.flatMap(({ keys, short, rank }) => {
    const shown = keysOf(keys, variant)
    return shown === '' ? [] : [{ rank, line: [say(shown, 'accent'), say(` ${short}`, 'dim')] }]
  })
  let kept = items
  const lengthOf = () => kept.reduce((sum, { line }) => sum + cellsOf(line) + 2, -2)
  while (kept.length > 1 && lengthOf() > width) {
    const last = Math.max(...kept.map(({ rank }) => rank))
    kept = kept.filter(({ rank }) => rank !== last)
  }
  return (
    flow(
      kept.map(({ line }) => line),
      width,
    )[0] ?? []
  )
}

/** Of the numbers and letters those that do something. */
function keysOf(keys: string, variant: VariantView | undefined): string {
  const range = (count: number, keyOf: (nth: number) => string) => {
    const taken = Array.from({ length: Math.min(count, 26) }, (_, nth) => keyOf(nth)).filter((key) => key !== ' ')
    return taken.length > 1 ? `${taken[0]}-${taken.at(-1)}` : (taken[0] ?? '')
  }
  if (keys === '1-9') return range(variant?.gremlins.length ?? 0, gremlinKey)
  if (keys === '+-') return (variant?.gremlins.length ?? 0) > 0 ? keys : ''
  return keys === 'a-z' ? range(variant?.policies.length ?? 0, policyKey) : keys
}

/** Every key, every gremlin and policy with its key, and what the signs mean. */
export function helpLines(
  variant: VariantView | undefined,
  chosen: string | null,
  width: number,
  height: number,
): Line[] {
  const keys = KEYS.map(({ keys: name, explains }) =>
    row(
      [
        { line: [say(name, 'accent')], width: 5, align: 'right' },
        { line: [say(explains)], width: width - 7 },
      ],
      2,
    ),
  )
  const meanings = signLines(width)
  const most = Math.max(LEAST_LIST_LINES, height - keys.length - meanings.length - 1)
  const lists = variant ? controlLines(variant, chosen, width, Math.min(most, controlHeight(variant))) : []
  return [rule('Keys', [say('? or Esc: back', 'dim')], width), ...keys, ...lists, ...meanings].slice(
    0,
    Math.max(0, height),
  )
}

function signLines(width: number): Line[] {
  const line = (title: string, signs: readonly Sign[]): Line[] => {
    const items = signs.map(({ sign, word, tone }): Line => [say(sign, tone), say(` ${word}`)])
    const label = 9
    return flow(items, width - label).map((one, index) => [
      say((index === 0 ? title : '').padEnd(label), 'dim'),
      ...one,
    ])
  }
  return [
    ...line('services', Object.values(SERVICE_SIGNS)),
    ...line('breakers', Object.values(BREAKER_SIGNS)),
    ...line('gremlins', [
      { ...GREMLIN_SIGNS.scheduled, word: 'plan: by the times of the scenario' },
      GREMLIN_SIGNS.on,
      GREMLIN_SIGNS.off,
    ]),
    ...line('feed', Object.values(FEED_SIGNS)),
    ...line('latency', [
      { sign: '▁', word: '1 ms', tone: 'accent' },
      { sign: '▃', word: '10 ms', tone: 'accent' },
      { sign: '▅', word: '100 ms', tone: 'accent' },
      { sign: '▇', word: '1 s', tone: 'accent' },
      { sign: '·', word: 'no answers', tone: 'accent' },
    ]),
  ]
}
