/** The services: whether they answer, how often, and how quickly. */

import type { ServiceView } from '../core/live.ts'
import { type Cell, type Line, row, say, type Tone } from './line.ts'
import { countText, durationText, rateText, SERVICE_SIGNS, sparkline } from './words.ts'

/** From here on there is a column for each figure. */
const WIDE_CELLS = 70

/** A line for each service, below a line that names the columns. */
export function serviceLines(services: readonly ServiceView[], width: number): Line[] {
  return width >= WIDE_CELLS ? wideLines(services, width) : narrowLines(services, width)
}

function wideLines(services: readonly ServiceView[], width: number): Line[] {
  const widths = { name: 14, state: 10, rate: 7, median: 7, busy: 5, strikes: 7, life: 4 }
  const taken = Object.values(widths).reduce((sum, one) => sum + one + 1, 0)
  const spark = Math.max(8, Math.min(60, width - taken))
  const cells = (texts: readonly Line[]): Line => {
    const columns = [
      widths.name,
      widths.state,
      widths.rate,
      widths.median,
      spark,
      widths.busy,
      widths.strikes,
      widths.life,
    ]
    return row(
      columns.map(
        (column, index): Cell => ({
          line: texts[index] ?? [],
          width: column,
          align: index < 2 || index === 4 ? 'left' : 'right',
        }),
      ),
    )
  }
  const dim = (text: string): Line => [say(text, 'dim')]
  const header = cells([
    [say('Services', 'strong')],
    dim('state'),
    dim('calls/s'),
    dim('median'),
    dim(`${' '.repeat(Math.max(0, spark - 13))}last ${Math.min(60, spark)} s`.slice(-spark)),
    dim('busy'),
    dim('strikes'),
    dim('life'),
  ])
  const body = services.map((service) => {
    const { sign, word, tone } = SERVICE_SIGNS[service.state]
    const rowTone: Tone = service.state === 'up' ? 'normal' : tone
    return cells([
      [say(`${sign} `, tone), say(service.service, rowTone)],
      [say(word, rowTone)],
      [say(rateText(service.ratePerSecond))],
      [say(durationText(service.latencyMs.at(-1) ?? null), service.state === 'slow' ? 'warning' : 'normal')],
      [say(sparkline(service.latencyMs, spark), service.state === 'up' ? 'accent' : tone)],
      [say(countText(service.inFlight))],
      [say(countText(service.strikes), service.strikes > 0 ? 'warning' : 'dim')],
      [say(countText(service.incarnation), service.incarnation > 1 ? 'warning' : 'dim')],
    ])
  })
  return [header, ...body]
}

/** The figures that matter. A service that is up shows how quick it was; one that is not says what it is. */
function narrowLines(services: readonly ServiceView[], width: number): Line[] {
  const state = Math.max(10, width - 28)
  const cells = (texts: readonly Line[]): Line =>
    row(
      [14, state, 5, 6].map(
        (column, index): Cell => ({
          line: texts[index] ?? [],
          width: column,
          align: index < 2 ? 'left' : 'right',
        }),
      ),
    )
  const header = cells([
    [say('Services', 'strong')],
    [say(`last ${state} s`, 'dim')],
    [say('/s', 'dim')],
    [say('median', 'dim')],
  ])
  const body = services.map((service) => {
    const { sign, word, tone } = SERVICE_SIGNS[service.state]
    const up = service.state === 'up'
    return cells([
      [say(`${sign} `, tone), say(service.service, up ? 'normal' : tone)],
      [up ? say(sparkline(service.latencyMs, state), 'accent') : say(word, tone)],
      [say(rateText(service.ratePerSecond))],
      [say(durationText(service.latencyMs.at(-1) ?? null, ''), service.state === 'slow' ? 'warning' : 'normal')],
    ])
  })
  return [header, ...body]
}
