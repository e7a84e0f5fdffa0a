/** `faultline up`: services that run until somebody ends them, and what they leave behind. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readEvents } from '../../src/control/read-events.ts'
import { type Answered, post } from '../support/http.ts'
import { childrenOf, type Started, startNode } from '../support/processes.ts'
import { isAlive, lookUntil, ROOT, remainsOf, rowsBelow, temporaryFolder } from '../support/runs.ts'
import { shippedScenario } from '../support/shipped-scenarios.ts'

const FAULTLINE = path.join(ROOT, 'bin', 'faultline.js')
const WITHIN_MS = 60_000
/** Of a gremlin that ends by itself: until then an order has to meet it, on a busy machine too. */
const TTL_MS = 6_000
const SERVICES = 7
/** The services, and the traffic, which has nothing to do. */
const CHILDREN = SERVICES + 1

interface UpDocument {
  readonly scenario: string
  readonly variant: string
  readonly control: { readonly address: string; readonly token: string }
  readonly services: Readonly<Record<string, string>>
  readonly folder: string
}

function start(...args: string[]): Started {
  return startNode(FAULTLINE, ['up', 'calm', '--out', temporaryFolder(), ...args], ROOT)
}

async function untilSaid(up: Started, isSaid: (stdout: string) => boolean): Promise<string> {
  const said = () => isSaid(up.stdout()) || up.process.exitCode !== null
  await lookUntil(said, (yes) => yes, WITHIN_MS)
  if (!isSaid(up.stdout())) throw new Error(`it never said so: ${up.stdout()} ${up.stderr()}`)
  return up.stdout()
}

/** Parsed while it runs, as a program would do it. */
async function startJson(...args: string[]): Promise<{ readonly up: Started; readonly said: UpDocument }> {
  const up = start('--json', ...args)
  return { up, said: JSON.parse(await untilSaid(up, (stdout) => stdout.endsWith('}\n'))) as UpDocument }
}

const portOf = (address: string): number => Number(new URL(address).port)

function tracesOf(up: Started, said: UpDocument) {
  const addresses = [said.control.address, ...Object.values(said.services)]
  return { pids: [up.process.pid as number, ...childrenOf(up.process.pid as number)], ports: addresses.map(portOf) }
}

let orders = 0
function placeOrder({ services }: UpDocument): Promise<Answered> {
  const { products, accounts } = shippedScenario('calm')
  const wish = { product: products[0]?.name ?? '', quantity: 1, account: accounts[0]?.name ?? '' }
  orders += 1
  return post(portOf(services.order ?? ''), '/orders', wish, { 'idempotency-key': `mine-${orders}` })
}

async function ask({ control }: UpDocument, method: string, where: string, body?: object, token = control.token) {
  const headers = { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) }
  const answer = await fetch(`${control.address}${where}`, {
    ...{ method, headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return { status: answer.status, text: await answer.text() }
}

/** Local addresses, as the kernel writes them, at which these processes listen: an address in hexadecimal and a port. */
function listening(pids: readonly number[]): string[] {
  const inodes = new Set(
    pids.flatMap((pid) =>
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        try {
          return readlinkSync(`/proc/${pid}/fd/${fd}`).match(/^socket:\[(\d+)\]$/)?.[1] ?? []
        } catch {
          // Closed in the meantime.
          return []
        }
      }),
    ),
  )
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode = '']) => state === '0A' && inodes.has(inode))
      .map(([, local = '']) => local),
  )
}

const DEAF = {
  ...{ gremlin: 'error-answer', on: 'order', operations: ['place'], options: { status: 500 } },
}

it('serves orders and its control API on this machine alone, and ends when it is told to', async () => {
  const { up, said } = await startJson('--variant', shippedScenario('calm').variants[0]?.name ?? '')
  const traces = tracesOf(up, said)
  expect(Object.keys(said.services)).toHaveLength(SERVICES)
  expect(await placeOrder(said)).toMatchObject({ status: 201, body: { status: 'confirmed' } })
  const local = listening(traces.pids)
  expect(local.map((each) => Number.parseInt(each.split(':')[1] ?? '', 16)).toSorted()).toEqual(traces.ports.toSorted())
  expect(local.filter((each) => !each.startsWith('0100007F:'))).toEqual([])

  for (const token of ['', 'a-token-of-somebody-else']) {
    expect(await ask(said, 'PUT', '/gremlins/mine', DEAF, token)).toMatchObject({ status: 401 })
  }
  expect(await placeOrder(said)).toMatchObject({ status: 201 })
  const wrong = await ask(said, 'PUT', '/gremlins/mine', { ...DEAF, options: { status: 'high' } })
  expect(wrong).toMatchObject({ status: 400, text: expect.stringContaining('options.status') })
  expect(
    await ask(said, 'POST', '/changes', { changes: [{ workflow: { workflow: 'saga', options: { no: 1 } } }] }),
  ).toMatchObject({
    status: expect.toSatisfy((status: number) => status === 400 || status === 409),
  })
  expect(JSON.parse((await ask(said, 'GET', '/gremlins')).text)).toEqual({ gremlins: [] })

  // Nobody came by a plan, so there is nothing that could be had again.
  expect(await ask(said, 'POST', '/save')).toMatchObject({ status: 409 })
  expect(await ask(said, 'POST', '/end')).toMatchObject({ status: 200 })
  expect(await up.ended).toEqual({ code: 0, signal: null })
  expect(await remainsOf(traces)).toEqual([])
  const states = rowsBelow(said.folder, 'order', "SELECT kind FROM ledger WHERE kind = 'confirmed'")
  expect(states).toHaveLength(2)
})

it('lets a gremlin loose that ends by itself, also when whoever asked for it is gone', async () => {
  const { up, said } = await startJson()
  const heard: string[] = []
  const stop = new AbortController()
  onTestFinished(() => stop.abort())
  const { body } = await fetch(`${said.control.address}/events`, {
    ...{ headers: { authorization: `Bearer ${said.control.token}` }, signal: stop.signal },
  })
  const listened = (async () => {
    for await (const { event, data } of readEvents(body as ReadableStream<Uint8Array>, 1_000_000)) {
      if (event === 'feed') heard.push(data)
    }
  })().catch(() => undefined)

  const sentMs = performance.now()
  // Each of these is a connection of its own, or one that nobody keeps: no client is there when its time is over.
  expect(await ask(said, 'PUT', '/gremlins/mine', { ...DEAF, ttlMs: TTL_MS })).toMatchObject({ status: 200 })
  // The order service hears of it a moment later.
  const struck = await lookUntil(
    () => placeOrder(said),
    ({ status }) => status === 500,
    TTL_MS,
  )
  expect(struck.status).toBe(500)
  const shown = JSON.parse((await ask(said, 'GET', '/gremlins')).text)
  expect(shown.gremlins).toMatchObject([{ name: 'mine', state: 'on', endsInMs: expect.any(Number) }])
  const served = await lookUntil(
    () => placeOrder(said),
    ({ status }) => status === 201,
    WITHIN_MS,
  )
  expect(served.status).toBe(201)
  expect(performance.now() - sentMs).toBeGreaterThan(TTL_MS - 10)

  const metrics = await lookUntil(
    async () => (await ask(said, 'GET', '/metrics')).text,
    (text) => /^faultline_gremlin_strikes_total\{.*name="mine".*\} [1-9]/m.test(text),
    WITHIN_MS,
  )
  expect(metrics).toMatch(/^faultline_gremlin_state\{.*name="mine".*state="off"\} 1$/m)
  // Strikes are read from journals, and changes are not: neither waits for the other.
  for (const told of ['"kind":"strike"', 'mine held back']) {
    const isTold = (all: readonly string[]) => all.some((line) => line.includes(told))
    expect(isTold(await lookUntil(() => heard, isTold, WITHIN_MS)), told).toBe(true)
  }

  const traces = tracesOf(up, said)
  process.kill(-(up.process.pid as number), 'SIGINT')
  expect(await up.ended).toEqual({ code: 130, signal: null })
  expect(await remainsOf(traces)).toEqual([])
  await listened
})

it('says in words where everything is, and leaves nothing when it is killed', async () => {
  const up = start()
  const said = await untilSaid(up, (stdout) => stdout.includes('/metrics'))
  const addresses = [...said.matchAll(/^ {2}([a-z]+) +(http:\/\/127\.0\.0\.1:\d+)$/gm)].map(
    ([, , address]) => address ?? '',
  )
  expect(addresses).toHaveLength(SERVICES + 1)
  expect(said).toMatch(/^ {2}token +\S{16,}$/m)
  // The first call to try is one that works.
  const [, url = '', body = ''] = said.match(/curl -s (\S+\/orders) .* -d '(.*)'$/m) ?? []
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'x' },
    body,
  })
  expect(answer.status).toBe(201)
  const pids = childrenOf(up.process.pid as number)
  expect(pids).toHaveLength(CHILDREN)
  up.process.kill('SIGKILL')
  await up.ended
  const remains = await lookUntil(
    () => remainsOf({ pids, ports: addresses.map(portOf) }),
    ({ length }) => length === 0,
    WITHIN_MS,
  )
  expect(remains).toEqual([])
})

it('says in one line that a port is taken, and leaves nothing behind', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const up = start('--port', String(port), '--quiet')
  let children: number[] = []
  const looking = setInterval(() => {
    const now = up.process.pid === undefined ? [] : childrenOf(up.process.pid)
    if (now.length > children.length) children = now
  }, 50)
  const { code } = await up.ended
  clearInterval(looking)
  expect(code).toBe(64)
  expect(up.stdout()).toBe('')
  const lines = up.stderr().trimEnd().split('\n')
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain(`--port: ${port} on 127.0.0.1 is taken`)
  const left = await lookUntil(
    () => children.filter(isAlive),
    ({ length }) => length === 0,
    WITHIN_MS,
  )
  expect(left).toEqual([])
})
