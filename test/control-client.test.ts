/** The client that the dashboard is made of, against the server itself. */

import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ControlClient, connectControl } from '../src/control/client.ts'
import { type ControlServer, serveControl } from '../src/control/server.ts'
import { ChangeRefused } from '../src/core/live.ts'
import { type FakeLiveControl, fakeLiveControl, fakeOptions, feedLine, TOKEN } from './support/fake-live-control.ts'

let control: FakeLiveControl
let server: ControlServer
let client: ControlClient
beforeEach(async () => {
  control = fakeLiveControl()
  server = await serveControl(control, fakeOptions())
  client = connectControl(server.address, TOKEN)
})
afterEach(async () => {
  await client.close()
  await server.close()
})

/** Watches, and notes all that it hears. */
function watch(from = client) {
  const heard: string[] = []
  const waiting: (() => void)[] = []
  const note = (what: string) => {
    heard.push(what)
    for (const resolve of waiting.splice(0)) resolve()
  }
  const stop = from.watch({
    snapshot: ({ caption }) => note(`snapshot ${caption}`),
    feed: ({ variant, text }) => note(`feed ${variant}: ${text}`),
    lost: () => note('lost'),
    ended: (why) => note(`ended: ${why}`),
  })
  const until = async (what: string) => {
    while (!heard.includes(what)) await new Promise<void>((resolve) => waiting.push(resolve))
  }
  return { heard, stop, until }
}

/** Another server at the address of a client: one that does as it likes. */
async function strange(listener: RequestListener): Promise<{ address: string; server: Server }> {
  const other = createServer(listener)
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  return { address: `http://127.0.0.1:${(other.address() as AddressInfo).port}`, server: other }
}
function endStrange({ server: other }: { server: Server }): Promise<unknown> {
  other.closeAllConnections()
  return new Promise((resolve) => other.close(resolve))
}

describe('asking', () => {
  it('does what the control does', async () => {
    expect(await client.state()).toEqual(control.snapshot())
    const changes = [{ gremlin: 'night', on: true }, { traffic: 'off' }] as const
    await client.change(changes, 250)
    await client.change([{ policy: 'breaker', edge: null, on: false }])
    expect(control.changes).toEqual([
      { changes, ttlMs: 250 },
      { changes: [{ policy: 'breaker', edge: null, on: false }], ttlMs: undefined },
    ])
    await client.reset()
    await client.restart()
    await client.takeOver()
    expect(await client.save()).toBe('reports/prime-day/saved.yaml')
    await client.end()
    expect(control.done.slice(2)).toEqual(['reset', 'restart', 'take-over', 'save', 'end'])
  })

  it('says why a change was refused', async () => {
    control.refuse(['there is no such gremlin', 'nor such a policy'])
    const refused = client.change([{ traffic: 'on' }])
    await expect(refused).rejects.toThrow(new ChangeRefused(['there is no such gremlin', 'nor such a policy']))
    await expect(client.change([])).rejects.toThrow(ChangeRefused)
    const nobody = connectControl(server.address, 'another-token-than-that')
    await expect(nobody.reset()).rejects.toMatchObject({
      status: 401,
      message: expect.stringMatching(/^send the header/),
    })
    await nobody.close()
  })

  it('gives its token to this machine only', () => {
    for (const address of ['http://example.org:80', 'https://127.0.0.1:80', 'http://127.0.0.1:80@evil.example', '']) {
      expect(() => connectControl(address, TOKEN), address).toThrow('is no address of a control API')
    }
  })

  it('does not take everything for an answer', async () => {
    const answers = ['x'.repeat(5_000_000), 'hello', 'null']
    const other = await strange((_request, response) => response.end(answers.shift()))
    const to = connectControl(other.address, TOKEN)
    await expect(to.state()).rejects.toThrow('the answer is too large')
    await expect(to.state()).rejects.toThrow('no JSON object')
    await expect(to.state()).rejects.toThrow('no JSON object')
    await to.close()
    await endStrange(other)
  })
})

describe('watching', () => {
  it('hears snapshots and feed until it stops', async () => {
    const { heard, stop, until } = watch()
    await until('snapshot null')
    control.show({ caption: 'now' }, { feed: [feedLine(5, 'bank dies')] })
    await until('snapshot now')
    expect(heard).toEqual(['snapshot null', 'feed retry+key: bank dies', 'snapshot now'])
    stop()
    while (control.watchers() > 0) await new Promise((resolve) => setImmediate(resolve))
    expect(heard).toHaveLength(3)
  })

  it('ends with the server, and is not told of its own stop', async () => {
    const { heard, until } = watch()
    await until('snapshot null')
    await server.close()
    await until('ended: the run has ended')
    const second = watch(connectControl(server.address, TOKEN))
    await second.until('lost')
    second.stop()
    expect(heard).toEqual(['snapshot null', 'ended: the run has ended'])
    expect(second.heard).toEqual(['lost'])
  })

  it('tries again when the connection is lost, and hears everything anew', async () => {
    let times = 0
    const other = await strange((_request, response) => {
      times += 1
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`event: snapshot\ndata: ${JSON.stringify({ ...control.snapshot(), caption: `${times}` })}\n\n`)
      setImmediate(() => (times < 3 ? response.destroy() : response.end('event: end\ndata: {}\n\n')))
    })
    const to = connectControl(other.address, TOKEN)
    const { heard, until } = watch(to)
    await until('ended: the run has ended')
    expect(heard).toEqual(['snapshot 1', 'lost', 'snapshot 2', 'lost', 'snapshot 3', 'ended: the run has ended'])
    await to.close()
    await endStrange(other)
  })

  it.each([
    ['a token that is not the right one', 401, '', 'ended: answered 401'],
    ['another program', 404, '', 'ended: answered 404'],
    [
      'another version',
      200,
      'event: snapshot\ndata: {"schemaVersion":2}\n\n',
      'ended: what it sends is no snapshot of version 1',
    ],
    ['what is not JSON', 200, 'event: snapshot\ndata: {\n\n', 'ended: what it sends is not JSON'],
  ])('does not try again with %s', async (_, status, text, expected) => {
    const other = await strange((_request, response) => response.writeHead(status).end(text))
    const to = connectControl(other.address, TOKEN)
    const { heard, until } = watch(to)
    await until(expected)
    expect(heard).toEqual([expected])
    await to.close()
    await endStrange(other)
  })

  it('waits for a place among the listeners', async () => {
    const all = Array.from({ length: 16 }, () => new AbortController())
    for (const { signal } of all) {
      await fetch(`${server.address}/events`, { headers: { authorization: `Bearer ${TOKEN}` }, signal })
    }
    const { heard, until } = watch()
    await until('lost')
    for (const each of all) each.abort()
    await until('snapshot null')
    expect(new Set(heard)).toEqual(new Set(['lost', 'snapshot null']))
  })
})
