/** Changes on their way: asked for, and not seen in a snapshot yet. */

import type { Change } from '../core/change.ts'
import type { Snapshot, VariantView } from '../core/live.ts'
import { withChange } from './changes.ts'
import type { DashboardSource } from './source.ts'

/** A snapshot may have been made just before the change was; the one after it knows. */
const SNAPSHOTS_UNTIL_SEEN = 2
/** A key that is held down makes no more. */
const MOST_ASKED = 16

interface Asked {
  readonly change: Change
  /** How many snapshots must have come until they know of it; null: not answered yet. */
  until: number | null
}

export interface Asking {
  /** Does one thing after the other, so that they arrive in the order of the keys. What they say, or what went wrong, is told. */
  run(work: () => Promise<string>): void
  ask(change: Change, words: string): void
  /** One more snapshot has come. */
  seen(): void
  /** Nothing that was asked for is to be seen any more. */
  forget(): void
  /** The snapshot with what was asked for since. */
  apply(snapshot: Snapshot | null): Snapshot | null
}

export function createAsking(source: DashboardSource, tell: (text: string, bad?: boolean) => void): Asking {
  let seen = 0
  let asked: Asked[] = []
  let last: Promise<void> = Promise.resolve()

  const run = (work: () => Promise<string>) => {
    // Whatever goes wrong is said on the screen: there is nobody else to tell.
    const failed = (error: unknown) => tell(error instanceof Error ? error.message : String(error), true)
    last = last.then(work).then((text) => tell(text), failed)
  }

  return {
    run,
    ask(change, words) {
      if (asked.filter(({ until }) => until === null).length >= MOST_ASKED)
        return tell('too many changes at once', true)
      const entry: Asked = { change, until: null }
      asked = [...asked, entry]
      tell(`asked: ${words}`)
      run(async () => {
        try {
          const refusal = await source.change([change])
          if (refusal !== undefined) throw new Error(refusal)
          entry.until = seen + SNAPSHOTS_UNTIL_SEEN
          return words
        } finally {
          if (entry.until === null) asked = asked.filter((one) => one !== entry)
        }
      })
    },
    seen() {
      seen++
      asked = asked.filter(({ until }) => until === null || until > seen)
    },
    forget() {
      asked = []
    },
    apply(snapshot) {
      const [first, ...others] = snapshot?.variants ?? []
      if (!snapshot || !first || asked.length === 0) return snapshot
      const changed = asked.reduce((variant: VariantView, { change }) => withChange(variant, change), first)
      return { ...snapshot, variants: [changed, ...others] }
    },
  }
}
