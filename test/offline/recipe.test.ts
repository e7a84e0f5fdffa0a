/** The recipe of docs/offline.md, word for word, with the network closed: the page must not rot. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ROOT, temporaryFolder } from '../support/runs.ts'

const PAGE = readFileSync(path.join(ROOT, 'docs', 'offline.md'), 'utf8')
const folder = temporaryFolder()
const [stick, place, home, nothing] = ['stick', 'place', 'home', 'nothing'].map((name) => path.join(folder, name)) as [
  string,
  string,
  string,
  string,
]

/** Stands for the registry and for every proxy, and counts who comes. */
let asked = 0
const network = createServer((socket) => {
  asked += 1
  socket.on('error', () => socket.destroy())
  socket.destroy()
})
beforeAll(async () => {
  for (const each of [stick, place, home, nothing]) mkdirSync(each)
  network.listen(0, '127.0.0.1')
  await once(network, 'listening')
})
afterAll(() => new Promise((closed) => network.close(closed)))

/** What a laptop has: its own Node and npm, not those of this project's packages. */
const OWN_PATH = (process.env.PATH ?? '').split(path.delimiter).filter((each) => !each.includes('node_modules'))

async function shell(commands: string, env: Readonly<Record<string, string>> = {}) {
  const closed = `http://127.0.0.1:${(network.address() as AddressInfo).port}/`
  const child = spawn('/bin/sh', ['-eu', '-c', commands], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: [...OWN_PATH, path.dirname(process.execPath)].join(path.delimiter),
      HOME: home,
      STICK: stick,
      PLACE: place,
      npm_config_registry: closed,
      npm_config_fetch_retries: '0',
      npm_config_offline: 'true',
      HTTP_PROXY: closed,
      HTTPS_PROXY: closed,
      http_proxy: closed,
      https_proxy: closed,
      ...env,
    },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  const [code] = await once(child, 'close')
  return { code, said }
}

/** Boxes with a number, in the order of the page. */
const STEPS = [...PAGE.matchAll(/^```sh (\d+)\n(.*?)^```$/gms)].map(([, number, commands]) => ({
  number: Number(number),
  commands: commands ?? '',
}))

it('the page has its steps in order, and each command that it shows is one of them', () => {
  expect(STEPS.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5])
  expect(PAGE.match(/^```/gm)).toHaveLength(2 * STEPS.length)
})

it('somebody who asks the network is seen', async () => {
  const { code } = await shell('npm ping', { npm_config_offline: 'false' })
  expect(code).not.toBe(0)
  expect(asked).toBeGreaterThan(0)
  asked = 0
})

it.each(STEPS)('step $number', async ({ number, commands }) => {
  // The step for a laptop without Node and npm finds no program at all, in no folder.
  const without = commands.includes('node_modules/node/bin/node')
  const { code, said } = await shell(commands, without ? { PATH: nothing } : {})
  expect(code, said).toBe(0)
  expect(said).toContain(['MiB', 'OK', 'PASS', 'PASS', 'PASS'][number - 1])
  // The checkout may have something to do; a laptop must not.
  if (number > 1) expect(said).not.toMatch(/installing the packages|building dist/)
  expect(asked).toBe(0)
})
