import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { SERVICES } from '../../src/core/topology.ts'

export interface BareStack {
  readonly orderPort: number
  /** Fresh stores in another folder, in the same warm processes. */
  reset(folder: string): Promise<void>
  stop(): void
}

/** Starts the seven bare services; they have no stores before the first `reset`. */
export async function startBareStack(): Promise<BareStack> {
  const children = new Map<string, ChildProcess>()
  const ports: Record<string, number> = {}
  await Promise.all(
    SERVICES.map(async (service) => {
      const child = fork(new URL('./service.ts', import.meta.url), [service])
      children.set(service, child)
      ports[service] = await new Promise<number>((resolve) => child.once('message', (port) => resolve(Number(port))))
    }),
  )
  return {
    orderPort: ports.order ?? 0,
    async reset(folder) {
      mkdirSync(folder, { recursive: true })
      const ready = [...children].map(([service, child]) => {
        child.send({ ports, file: join(folder, `${service}.db`) })
        return new Promise<void>((resolve) => child.once('message', () => resolve()))
      })
      await Promise.all(ready)
    },
    stop() {
      for (const child of children.values()) child.kill('SIGKILL')
    },
  }
}
