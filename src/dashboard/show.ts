/**
 * Shows a run in a terminal until it ends. Ink and React are loaded here and not before: they take a third of a second, and whoever
 * calls this sets NODE_ENV to `production` first, since React looks at it once.
 */

import type { Snapshot } from '../core/live.ts'
import { createDesk } from './desk.ts'
import type { Press } from './keys.ts'
import { paint } from './paint.ts'
import { LEAST_COLUMNS, LEAST_ROWS, screenLines } from './screen.ts'
import type { DashboardEnd, DashboardSource, DashboardTerminal } from './source.ts'

/** Keys are answered quickly, and a slow terminal is not flooded. */
const MOST_FRAMES_PER_SECOND = 15
const HOME_AND_ERASE = '\u001b[H\u001b[J'

/** @returns how it ended, when the screen is as it was before. Rejected with whatever broke the run or the drawing, then too. */
export async function showDashboard(source: DashboardSource, terminal: DashboardTerminal): Promise<DashboardEnd> {
  const [{ render }, { createElement }, { Dashboard }] = await Promise.all([
    import('ink'),
    import('react'),
    import('./dashboard.tsx'),
  ])
  const { stdin, stdout, color, ascii } = terminal
  const closed = Promise.withResolvers<DashboardEnd>()
  // Whoever waits comes later; until then a failure is nobody's.
  closed.promise.catch(() => undefined)
  // Drawn once more after the end, Ink would take the terminal again.
  let open = true
  /** What goes wrong while drawing or at a key ends the dashboard: it must not be left in the terminal. */
  const guarded = (work: () => void) => {
    if (!open) return
    try {
      work()
    } catch (error) {
      open = false
      closed.reject(error)
    }
  }
  const draw = () => guarded(() => app.rerender(view()))
  const desk = createDesk(source, draw, () => closed.resolve('aborted'))
  const press = (key: Press) => guarded(() => desk.press(key))
  const screen = (lines: readonly string[]) => createElement(Dashboard, { lines, press })
  const view = () => {
    const size = { columns: stdout.columns || LEAST_COLUMNS, rows: stdout.rows || LEAST_ROWS }
    const lines = screenLines(desk.state(), size).map((line) => paint(line, { color, ascii }))
    return screen(lines)
  }
  // Nothing yet: in a new screen the cursor stands where it stood in the old one, and whatever is drawn from there on scrolls.
  const app = render(screen([]), {
    stdin,
    stdout,
    exitOnCtrlC: false,
    patchConsole: false,
    interactive: true,
    alternateScreen: true,
    incrementalRendering: true,
    maxFps: MOST_FRAMES_PER_SECOND,
  })
  const drawAnew = () => {
    app.clear()
    stdout.write(HOME_AND_ERASE)
    draw()
  }
  // Before Ink's own listener, so that it has no old frame to draw in a window that is smaller.
  stdout.prependListener('resize', drawAnew)
  drawAnew()
  const see = latestOnly((snapshot) => {
    guarded(() => desk.see(snapshot))
    draw()
    return app.waitUntilRenderFlush()
  }, closed.reject)
  const stop = source.watch(see)
  source.ended.then(() => closed.resolve(desk.state().ending ? 'asked' : 'over'), closed.reject)
  // Ink ends by itself only where it failed, or where the whole process ends.
  const exited = app.waitUntilExit()
  exited.then(() => closed.resolve('aborted'), closed.reject)
  try {
    return await closed.promise
  } finally {
    open = false
    stop()
    stdout.off('resize', drawAnew)
    app.unmount()
    // What it is rejected with, `closed` was rejected with before.
    await exited.catch(() => undefined)
  }
}

/** Shows the newest snapshot when the one before is on the screen, and none of those between. */
function latestOnly(show: (snapshot: Snapshot) => Promise<void>, failed: (error: unknown) => void) {
  let waiting: Snapshot | null = null
  let showing = false
  const go = async () => {
    showing = true
    while (waiting) {
      const next: Snapshot = waiting
      waiting = null
      await show(next)
    }
    showing = false
  }
  return (snapshot: Snapshot) => {
    waiting = snapshot
    if (!showing) go().catch(failed)
  }
}
