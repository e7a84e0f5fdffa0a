/** What can be switched: gremlins with their numbers, policies with their letters. */

import type { GremlinView, PolicyView, VariantView } from '../core/live.ts'
import { chosenOf } from './changes.ts'
import { gremlinKey, policyKey } from './keys.ts'
import { beside, clip, fill, GUTTER_CELLS, type Line, row, rule, say } from './line.ts'
import { countText, GREMLIN_SIGNS } from './words.ts'

/** Gremlins and policies beside each other. */
export function controlLines(variant: VariantView, chosen: string | null, width: number, height: number): Line[] {
  const left = Math.ceil((width - GUTTER_CELLS) / 2)
  const right = width - GUTTER_CELLS - left
  return beside([
    { lines: gremlinLines(variant, chosen, left, height), width: left },
    { lines: policyLines(variant, right, height), width: right },
  ])
}

/** How many lines both have to say, each with a line for its title. */
export function controlHeight({ gremlins, policies }: VariantView): number {
  return 1 + Math.max(1, gremlins.length, policies.length)
}

/** The chosen one is always among those that are shown. */
export function gremlinLines(variant: VariantView, chosen: string | null, width: number, height: number): Line[] {
  const { gremlins } = variant
  const name = chosenOf(variant, chosen)?.name
  const room = Math.max(0, height - 1)
  const at = Math.max(
    0,
    gremlins.findIndex((gremlin) => gremlin.name === name),
  )
  const from = Math.max(0, Math.min(at - room + 1, gremlins.length - room))
  const shown = gremlins.slice(from, from + room)
  const hidden = gremlins.length - shown.length
  const right = [say(hidden > 0 ? `${hidden} more, see ?` : 'chance strikes', 'dim')]
  const lines = shown.map((gremlin, index) => gremlinLine(gremlin, from + index, gremlin.name === name, width))
  if (gremlins.length === 0) lines.push([say('none', 'dim')])
  return [rule('Gremlins', right, width), ...lines].slice(0, Math.max(0, height))
}

/** One gremlin: key, state, name, what it is, chance, strikes. */
function gremlinLine(gremlin: GremlinView, nth: number, chosen: boolean, width: number): Line {
  const { sign, word, tone } = GREMLIN_SIGNS[gremlin.state]
  const ends = gremlin.endsInMs === null ? '' : ` ${countText(Math.ceil(gremlin.endsInMs / 1000))}s left`
  const kind = width >= 50 ? ` ${gremlin.gremlin} at ${gremlin.on}` : ''
  return row([
    { line: [say(`${chosen ? '▸' : ' '}${gremlinKey(nth)}`, 'accent')], width: 2 },
    { line: [say(`${sign} ${word}`, tone)], width: 6 },
    {
      // The time left is worth more than the rest of a long name.
      line: [
        ...fillTo([say(gremlin.name, chosen ? 'strong' : 'normal'), say(kind, 'dim')], width - 24 - ends.length),
        say(ends, 'warning'),
      ],
      width: width - 24,
    },
    { line: [say(chanceText(gremlin.probability))], width: 5, align: 'right' },
    { line: [say(countText(gremlin.strikes), gremlin.strikes > 0 ? 'warning' : 'dim')], width: 7, align: 'right' },
  ])
}

function fillTo(line: Line, width: number): Line {
  return fill(line, Math.max(4, width))
}

function chanceText(probability: number): string {
  return Number.isFinite(probability) ? String(Number(probability.toPrecision(2))).slice(0, 5) : '?'
}

export function policyLines({ policies, workflow }: VariantView, width: number, height: number): Line[] {
  const room = Math.max(0, height - 1)
  const right = [
    say('w', workflow.choices.length > 1 ? 'accent' : 'dim'),
    say(' workflow ', 'dim'),
    say(workflow.current),
  ]
  const columns = policies.length > room && room > 0 ? Math.min(2, Math.ceil(policies.length / room)) : 1
  const each = Math.floor((width - (columns - 1)) / columns)
  const lines = policies.map((policy, nth) => policyLine(policy, nth, each))
  if (policies.length === 0) lines.push([say('none', 'dim')])
  const inOrder =
    columns === 1
      ? lines
      : Array.from({ length: Math.ceil(lines.length / columns) }, (_, at) =>
          row(
            Array.from({ length: columns }, (_, column) => ({
              line: lines[at + column * Math.ceil(lines.length / columns)] ?? [],
              width: each,
            })),
          ),
        )
  return [rule('Policies', right, width), ...clip(inOrder, room)].slice(0, Math.max(0, height))
}

/** One policy: key, state, name, where it stands. */
function policyLine({ policy, edges, on }: PolicyView, nth: number, width: number): Line {
  const where =
    width < 24 || edges.length === 0 ? '' : edges.length === 1 ? ` ${edges[0]}` : ` on ${edges.length} edges`
  return row([
    { line: [say(policyKey(nth), 'accent')], width: 1 },
    { line: [on ? say('● on') : say('○ off', 'warning')], width: 5 },
    { line: [say(policy, on ? 'normal' : 'dim'), say(where, 'dim')], width: Math.max(0, width - 8) },
  ])
}
