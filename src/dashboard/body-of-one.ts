/** One variant on the whole screen. */

import type { VariantView } from '../core/live.ts'
import { callAlarm, callHeight, callLines } from './calls.ts'
import { controlHeight, controlLines, gremlinLines, policyLines } from './controls.ts'
import type { DeskState } from './desk.ts'
import { feedLines } from './feed.ts'
import { headLines } from './head.ts'
import { beside, clip, GUTTER_CELLS, type Line, say } from './line.ts'
import { serviceLines } from './services.ts'

/** What a body is told about its place. */
export interface Place {
  readonly currency: string
  readonly details: DeskState['details']
  readonly chosen: string | null
  readonly width: number
  readonly height: number
}

/** So many lines of what happened are shown before calls have a panel of their own. */
export const LEAST_FEED_LINES = 4
/** From here on what can be switched stands at the right. */
const ASIDE_CELLS = 117
const LEAST_RIGHT_CELLS = 44
const RIGHT_SHARE = 0.38
/** With so many lines there is a blank one between the parts. */
export const ROOMY_LINES = 30

export function bodyOfOne(variant: VariantView, place: Place): Line[] {
  const gap: Line[] = place.height >= ROOMY_LINES ? [[]] : []
  const head = [...gap, ...headLines(variant, place.currency, place.width), ...gap]
  const rest = { ...place, height: Math.max(0, place.height - head.length) }
  return [...head, ...(place.width >= ASIDE_CELLS ? asideLines(variant, rest) : stackedLines(variant, rest))]
}

function asideLines(variant: VariantView, { chosen, width, height }: Place): Line[] {
  const right = Math.max(LEAST_RIGHT_CELLS, Math.floor((width - GUTTER_CELLS) * RIGHT_SHARE))
  const left = width - GUTTER_CELLS - right
  const gremlins = 1 + Math.max(1, variant.gremlins.length)
  const policies = 1 + Math.max(1, variant.policies.length)
  const services = serviceLines(variant.services, left)
  const most = Math.max(0, height - 1 - LEAST_FEED_LINES)
  const upper = Math.min(most, Math.max(services.length + callHeight(variant), gremlins + policies))
  const calls = upper - Math.min(services.length, upper)
  const gremlinRoom = Math.min(gremlins, Math.max(Math.floor(upper / 2), upper - policies))
  const lines = beside([
    { lines: [...clip(services, upper), ...callLines(variant, left, calls)], width: left },
    {
      lines: [
        ...gremlinLines(variant, chosen, right, gremlinRoom),
        ...policyLines(variant, right, upper - gremlinRoom),
      ],
      width: right,
    },
  ])
  return [...lines, ...feedLines(variant, 'What happened', [], width, height - lines.length)]
}

function stackedLines(variant: VariantView, { chosen, details, width, height }: Place): Line[] {
  const services = clip(serviceLines(variant.services, width), Math.max(0, height - 6))
  const rest = height - services.length
  const controls = Math.min(controlHeight(variant), Math.floor(rest / 2))
  return [
    ...services,
    ...controlLines(variant, chosen, width, controls),
    ...detailLines(variant, details, width, rest - controls),
  ]
}

/** What happened and the calls, or one of them where there is no room for both. */
function detailLines(variant: VariantView, details: Place['details'], width: number, height: number): Line[] {
  const calls = callHeight(variant)
  if (calls + 1 + LEAST_FEED_LINES <= height) {
    return [...callLines(variant, width, calls), ...feedLines(variant, 'What happened', [], width, height - calls)]
  }
  if (details === 'calls') return callLines(variant, width, height)
  return feedLines(variant, 'What happened', unseenCalls(variant), width, height)
}

/** Where calls are not shown, what of them should be seen; or how to see them. */
export function unseenCalls(variant: VariantView): Line {
  const alarm = callAlarm(variant)
  return [...alarm, say(alarm.length > 0 ? '  ' : ''), say('v', 'accent'), say(' calls', 'dim')]
}
