/** Gremlins that keep a service from being reached for a while. Their end is in no journal: it follows from what the caller knows. */

import type { JournalLine } from '../core/event.ts'
import type { Scenario } from '../core/scenario.ts'
import type { Moment } from './moment.ts'

/** Kinds under which a service does not listen. */
const KEEP_AWAY: readonly string[] = ['outage', 'partition']
/** A service has a handful; more than these would be a broken journal, and are left out. */
const MOST_WINDOWS = 100

type Toss = Extract<JournalLine, { readonly type: 'toss' }>
type Strike = Extract<JournalLine, { readonly type: 'strike' }>

export function followWindows({ gremlins }: Pick<Scenario, 'gremlins'>) {
  /** Those that struck this life, by name. */
  const open = new Set<string>()

  function isOver(name: string, { nowMs, trafficStartMs, gremlins: known }: Moment): boolean {
    const state = known.find((each) => each.name === name)?.state ?? 'scheduled'
    if (state !== 'scheduled') return state === 'off'
    const toMs = gremlins.find((each) => each.name === name)?.toMs ?? Number.POSITIVE_INFINITY
    return trafficStartMs !== null && nowMs >= trafficStartMs + toMs
  }

  return {
    strike({ gremlin, kind }: Strike): void {
      if (KEEP_AWAY.includes(kind) && open.size < MOST_WINDOWS) open.add(gremlin)
    },
    /** One that was let loose again and does not strike this time is over. */
    toss({ gremlin, struck }: Toss): void {
      if (!struck) open.delete(gremlin)
    },
    clear: (): void => open.clear(),
    /** All end with the traffic. */
    isOpen(moment: Moment): boolean {
      if (moment.phase !== 'traffic' && moment.phase !== 'ready') return false
      return [...open].some((name) => !isOver(name, moment))
    },
  }
}
