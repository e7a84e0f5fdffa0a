/** Two variants beside each other: what is compared stands in the same line. What can be switched is the first one's. */

import type { VariantView } from '../core/live.ts'
import { LEAST_FEED_LINES, type Place, ROOMY_LINES, unseenCalls } from './body-of-one.ts'
import { callHeight, callLines } from './calls.ts'
import { controlHeight, controlLines } from './controls.ts'
import { feedLines } from './feed.ts'
import { headsBeside } from './head.ts'
import { beside, clip, GUTTER_CELLS, type Line } from './line.ts'
import { serviceLines } from './services.ts'

/** From here on each variant tells what happened to it. */
const TWO_FEEDS_CELLS = 117
/** With fewer lines the columns of the services have no titles. */
const TITLED_LINES = 24

type Pair = readonly [VariantView, VariantView]

export function bodyOfTwo(pair: Pair, place: Place): Line[] {
  const { width, height, chosen, details } = place
  const half = Math.floor((width - GUTTER_CELLS) / 2)
  const each = (linesOf: (variant: VariantView) => readonly Line[]) =>
    beside(pair.map((variant) => ({ lines: linesOf(variant), width: half })))
  const gap: Line[] = height >= ROOMY_LINES ? [[]] : []
  const heads = [...gap, ...headsBeside(pair, place.currency, half), ...gap]
  const titles = height >= TITLED_LINES ? 0 : 1
  const most = Math.max(0, height - heads.length - 5)
  const services = each((variant) => clip(serviceLines(variant.services, half).slice(titles), most))
  const rest = height - heads.length - services.length
  const controls = Math.min(controlHeight(pair[0]), Math.floor(rest / 2))
  const room = rest - controls
  const calls = Math.max(...pair.map(callHeight))
  const both = calls + 1 + LEAST_FEED_LINES <= room
  const shown = both ? calls : details === 'calls' ? room : 0
  return [
    ...heads,
    ...services,
    ...(shown > 0 ? each((variant) => callLines(variant, half, shown)) : []),
    ...controlLines(pair[0], chosen, width, controls),
    ...(shown === room ? [] : feeds(pair, width, half, room - shown, both)),
  ]
}

function feeds(pair: Pair, width: number, half: number, height: number, callsShown: boolean): Line[] {
  const [first] = pair
  const right = callsShown ? [] : unseenCalls(first)
  if (width < TWO_FEEDS_CELLS) return feedLines(first, `What happened: ${first.name}`, right, width, height)
  return beside(
    pair.map((variant, index) => ({
      lines: feedLines(variant, `What happened: ${variant.name}`, index === 0 ? right : [], half, height),
      width: half,
    })),
  )
}
