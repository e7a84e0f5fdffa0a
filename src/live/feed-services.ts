/** Deaths of services, and their returns, as the journals show them. */

import type { JournalLine } from '../core/event.ts'
import type { Scenario } from '../core/scenario.ts'
import type { News } from './feed.ts'
import { msInWords } from './feed-words.ts'

interface Death {
  readonly incarnation: number
  readonly atMs: number
}

/**
 * The traffic is no service: it does not come back. That a gremlin killed a service is told as its strike; who dies without one is
 * noticed when it comes back.
 */
export function watchDeaths({ restartAfterMs }: Pick<Scenario, 'restartAfterMs'>, tell: (news: News) => void) {
  /** The last one of each service. */
  const deaths = new Map<string, Death>()

  function back({ node, atMs }: JournalLine, sinceMs: number): void {
    // A process may be there before it listens: it is back when it can be reached.
    const backAtMs = Math.max(atMs, sinceMs + restartAfterMs)
    const once = `${node} is back after ${msInWords(backAtMs - sinceMs)}`
    tell({ kind: 'service', atMs: backAtMs, about: `${node} back`, once, again: `${node} came back` })
  }

  function backFromNowhere({ node, atMs }: JournalLine): void {
    const once = `${node} is started again: it had died, and no gremlin had struck it`
    tell({ kind: 'service', atMs, about: `${node} again`, once, again: `${node} was started again` })
  }

  return {
    line(line: JournalLine): void {
      const { node, incarnation, atMs } = line
      if (line.type === 'strike' && line.fatal) {
        const before = deaths.get(node)
        if (!before || before.incarnation <= incarnation) deaths.set(node, { incarnation, atMs })
      } else if (line.type === 'started' && incarnation > 1 && node !== 'traffic') {
        const death = deaths.get(node)
        deaths.delete(node)
        if (death && death.incarnation < incarnation) back(line, death.atMs)
        else backFromNowhere(line)
      }
    },
  }
}
