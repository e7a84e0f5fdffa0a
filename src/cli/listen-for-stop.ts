import { exitCodeOfSignal, type StopSignal } from './exit-codes.ts'
import type { Io } from './io.ts'

/** The first signal ends the run and keeps what was measured; the second ends everything at once. */
export function listenForStop(io: Io) {
  const controller = new AbortController()
  let first: StopSignal | undefined
  let say: (words: string) => void = () => undefined
  const end = io.onStop((signal) => {
    if (first) return io.exit(exitCodeOfSignal(signal))
    first = signal
    say(`${signal}: stopping; what was measured is kept (once more to stop at once)`)
    controller.abort(`stopped by ${signal}`)
  })
  return {
    signal: controller.signal,
    heard: () => first,
    tell(to: (words: string) => void) {
      say = to
    },
    end,
  }
}
