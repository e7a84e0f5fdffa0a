/**
 * Time passes only while somebody waits for something, and HTTP's client does not wait for its own timeouts. So this does, while calls
 * are open; and when none of them gets anywhere for longer than the client bears, the client has lost them.
 */

import { LabError } from '../../real/lab-error.ts'
import type { Caller } from '../connections.ts'
import { type Alarm, type Kernel, MICROS_PER_MS } from '../kernel.ts'

/** The wire's limit is 30 s, and the client looks twice a second. */
const MOST_SILENT_MS = 35_000

interface OpenCalls {
  begin(): void
  end(): void
}

export function watchOpenCalls(kernel: Kernel, caller: Caller, to: string, fail: (error: Error) => void): OpenCalls {
  let open = 0
  let moved = false
  let alarm: Alarm | undefined
  function wait(): void {
    moved = false
    alarm = kernel.after(MOST_SILENT_MS * MICROS_PER_MS, caller.owner, () => {
      if (!caller.isAlive()) return
      if (moved) wait()
      else
        fail(
          new LabError(`${caller.name}→${to}: ${open} calls over HTTP, and none got anywhere in ${MOST_SILENT_MS} ms`),
        )
    })
  }
  return {
    begin() {
      open += 1
      moved = true
      if (open === 1) wait()
    },
    end() {
      open -= 1
      moved = true
      if (open === 0 && alarm) kernel.cancel(alarm)
    },
  }
}
