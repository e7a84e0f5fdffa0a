/** The lab's services as real processes, asked over real HTTP, every answer held against the contract. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { request } from 'node:http'
import type { Balance, LedgerEntry } from '../../src/core/ledger.ts'
import type { ServiceName } from '../../src/core/topology.ts'
import { type Laboratory, openLaboratory } from '../../src/runtime/real/laboratory.ts'
import type { Plan } from '../../src/runtime/real/plan.ts'
import type { Answer, Contract } from './contract.ts'
import { CHILD_ENTRY, lookUntil } from './runs.ts'

const UNTIL_WITHIN_MS = 30_000

export interface Ask {
  readonly method?: string
  /** Null: none. */
  readonly key?: string | null
  readonly purchase?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: unknown
  /** Sent as it is, instead of `body`. */
  readonly raw?: string
}

export interface HttpAnswer extends Answer {
  /** Empty where the answer is not a JSON object. */
  readonly body: Readonly<Record<string, unknown>>
}

export interface Ledger {
  readonly entries: readonly LedgerEntry[]
  readonly balances: readonly Balance[]
}

export interface LiveServices {
  readonly laboratory: Laboratory
  /** Throws when the answer is not what the contract says. */
  ask(service: ServiceName, path: string, ask?: Ask): Promise<HttpAnswer>
  ledger(service: ServiceName): Promise<Ledger>
  /** Ends the process as a crash does; resolves when nobody listens at its port. */
  kill(service: ServiceName): Promise<void>
  untilUp(service: ServiceName): Promise<void>
  /** Holds the process still while `work` goes on. */
  whileFrozen<T>(service: ServiceName, work: () => Promise<T>): Promise<T>
}

/** Looks until there is something to see; throws when there is nothing in time. */
export async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  const found = await lookUntil(look, (seen) => seen !== undefined && seen !== false, UNTIL_WITHIN_MS)
  if (found === undefined || found === false) throw new Error(`not within ${UNTIL_WITHIN_MS} ms: ${look}`)
  return found
}

/** Each request on a connection of its own: one that is left over from a dead process tells nothing. */
function askHttp(port: number, path: string, how: Ask): Promise<HttpAnswer> {
  const { method = 'POST', key, purchase, body, raw, headers } = how
  const text = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  return new Promise((resolve, reject) => {
    const asking = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      agent: false,
      headers: {
        ...(text === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        ...(typeof key === 'string' ? { 'idempotency-key': key } : {}),
        ...(typeof purchase === 'string' ? { 'faultline-purchase': purchase } : {}),
        ...headers,
      },
    })
    asking.once('error', reject)
    asking.once('response', async (response) => {
      try {
        let heard = ''
        for await (const chunk of response.setEncoding('utf8')) heard += String(chunk)
        const type = (response.headers['content-type'] ?? '').split(';')[0] ?? ''
        const body = type.endsWith('json') && type !== 'application/x-ndjson' ? JSON.parse(heard) : {}
        resolve({ status: response.statusCode ?? 0, type, text: heard, body })
      } catch (error) {
        reject(error)
      }
    })
    asking.end(text)
  })
}

export async function openLiveServices(plan: Plan, contract: Contract): Promise<LiveServices> {
  const laboratory = await openLaboratory(CHILD_ENTRY, plan)

  async function ask(service: ServiceName, path: string, how: Ask = {}): Promise<HttpAnswer> {
    const answer = await askHttp(laboratory.ports[service], path, { purchase: 'c-1', ...how })
    const problems = contract.check(service, how.method ?? 'POST', path, answer)
    if (answer.status < 300 && how.method === undefined)
      problems.push(...contract.checkBody(service, path, how.body ?? {}))
    if (problems.length > 0) throw new Error(`${service}: ${problems.join('\n')}`)
    return answer
  }

  function pidOf(service: ServiceName): number {
    const pid = laboratory.pids()[service]
    if (pid === undefined) throw new Error(`${service} has no process`)
    return pid
  }

  const isUp = (service: ServiceName) =>
    askHttp(laboratory.ports[service], '/health', { method: 'GET' }).then(
      ({ status }) => status === 200,
      () => false,
    )

  return {
    laboratory,
    ask,
    async ledger(service) {
      const { text } = await ask(service, '/ledger', { method: 'GET', purchase: null })
      const lines = text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as LedgerEntry | Balance)
      return {
        entries: lines.filter((line): line is LedgerEntry => 'seq' in line),
        balances: lines.filter((line): line is Balance => 'opening' in line),
      }
    },
    async kill(service) {
      process.kill(pidOf(service), 'SIGKILL')
      await until(async () => !(await isUp(service)))
    },
    async untilUp(service) {
      await until(() => isUp(service))
    },
    async whileFrozen(service, work) {
      const pid = pidOf(service)
      process.kill(pid, 'SIGSTOP')
      try {
        return await work()
      } finally {
        process.kill(pid, 'SIGCONT')
      }
    },
  }
}

/** Where a process listens: `127.0.0.1:20001`, from the kernel's own tables (proc(5)). */
export function listeningOf(pid: number): string[] {
  const own = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
      } catch {
        // Closed meanwhile.
        return []
      }
    }),
  )
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && own.has(inode ?? ''))
      .map(([, local]) => readAddress(local ?? '')),
  )
}

/** `0100007F:4E21` is 127.0.0.1:20001; IPv6 addresses stay as they are. */
function readAddress(hex: string): string {
  const [address = '', port = ''] = hex.split(':')
  if (address.length !== 8) return `[${address}]:${Number.parseInt(port, 16)}`
  const bytes = address.match(/../g) ?? []
  return `${bytes
    .toReversed()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.')}:${Number.parseInt(port, 16)}`
}
