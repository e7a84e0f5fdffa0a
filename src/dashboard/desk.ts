/** What the dashboard knows and what its keys do, apart from how it looks. */

import type { Snapshot } from '../core/live.ts'
import { createAsking } from './asking.ts'
import { chosenOf, wishOf } from './changes.ts'
import { type Action, actionOf, type Press } from './keys.ts'
import type { DashboardSource } from './source.ts'

export interface Message {
  readonly text: string
  readonly bad: boolean
}

/** Everything that the screen is drawn from. */
export interface DeskState {
  readonly snapshot: Snapshot | null
  /** The gremlin that a number key was pressed for last. */
  readonly chosen: string | null
  /** What is shown where there is no room for both. */
  readonly details: 'feed' | 'calls'
  readonly help: boolean
  readonly message: Message | null
  readonly ending: boolean
}

export interface Desk {
  state(): DeskState
  see(snapshot: Snapshot): void
  press(press: Press): void
}

/** Snapshots that a message stays for: ten seconds' worth. */
const MESSAGE_SNAPSHOTS = 40

export const AT_FIRST: DeskState = {
  snapshot: null,
  chosen: null,
  details: 'feed',
  help: false,
  message: null,
  ending: false,
}

/** `changed` is called after whatever changes the state but a snapshot; `aborted` when somebody does not wait for the end. */
export function createDesk(source: DashboardSource, changed: () => void, aborted: () => void): Desk {
  let state = AT_FIRST
  let messageLeft = 0

  const set = (part: Partial<DeskState>) => {
    state = { ...state, ...part }
    changed()
  }
  const tell = (text: string, bad = false) => {
    messageLeft = MESSAGE_SNAPSHOTS
    set({ message: { text, bad } })
  }
  const asking = createAsking(source, tell)

  const end = () => {
    if (!state.ending) {
      set({ ending: true, help: false })
      return source.end()
    }
    if (!source.abort) return
    source.abort()
    aborted()
  }
  const restart = () => {
    tell('restarting with the same seed')
    asking.run(async () => {
      await source.restart()
      asking.forget()
      return 'restarted with the same seed'
    })
  }
  const save = () => {
    tell('saving')
    asking.run(async () => `saved as ${await source.save()}`)
  }
  const change = (action: Action) => {
    const variant = asking.apply(state.snapshot)?.variants[0]
    if (!variant) return
    if (action.act === 'gremlin') state = { ...state, chosen: variant.gremlins[action.nth]?.name ?? state.chosen }
    const wish = wishOf(action, variant, chosenOf(variant, state.chosen)?.name ?? null)
    if (!wish) return
    if ('refused' in wish) tell(wish.refused, true)
    else asking.ask(wish.change, wish.words)
  }
  const act = (action: Action) => {
    if (action.act === 'end') return end()
    if (action.act === 'help') return set({ help: !state.help })
    if (action.act === 'back') return set({ help: false })
    if (action.act === 'details') return set({ details: state.details === 'feed' ? 'calls' : 'feed' })
    // What is changed now would not be seen any more.
    if (state.ending) return
    if (action.act === 'restart') return restart()
    return action.act === 'save' ? save() : change(action)
  }

  return {
    state: () => ({ ...state, snapshot: asking.apply(state.snapshot) }),
    see(snapshot) {
      asking.seen()
      if (messageLeft > 0) messageLeft--
      state = { ...state, snapshot, message: messageLeft > 0 ? state.message : null }
    },
    press(press) {
      // Any key, so that whoever is in doubt presses one.
      if (state.snapshot?.caption) source.takeOver?.()
      const action = actionOf(press)
      if (action) act(action)
    },
  }
}
