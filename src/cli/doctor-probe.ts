/** This machine, as `faultline doctor` looks at it. Nothing here stays: ports are closed, and folders are gone. */

import { execFile } from 'node:child_process'
import { existsSync, statfsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { availableParallelism, totalmem } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { openWritableFolder } from '../scenarios/folders.ts'
import {
  type Disk,
  FIRST_PORT,
  LAST_PORT,
  type Machine,
  type OpenedPorts,
  type TerminalFacts,
} from './doctor-machine.ts'
import { reasonOf } from './failure.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LOOPBACK = '127.0.0.1'
const MOST_PORT_TRIES = 100
/** A machine that is busy with something else answers all the same. */
const ANSWER_WITHIN_MS = 5_000
const DRAW_WITHIN_MS = 5_000
/** As in `test/browser/open.ts`. */
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

export function thisMachine(env: Readonly<Record<string, string | undefined>>): Machine {
  const beganMs = performance.timeOrigin
  let checkout: ReturnType<typeof findCheckout> | undefined
  return {
    platform: process.platform,
    node: () => ({
      version: process.versions.node,
      bundled: path.dirname(process.execPath) === path.join(ROOT, 'node_modules', 'node', 'bin'),
    }),
    cores: availableParallelism,
    memory() {
      // 0: no limit that the system knows of. Without a container it may be a number beyond all machines.
      const limit = process.constrainedMemory()
      const totalBytes = limit > 0 ? Math.min(totalmem(), limit) : totalmem()
      return { totalBytes, availableBytes: Math.min(totalBytes, process.availableMemory()) }
    },
    openPorts,
    variable: (name) => env[name],
    disk: tryDisk,
    mostOpenFiles,
    clockStepMs: () => Date.now() - (beganMs + performance.now()),
    terminal: () => terminalOf(env),
    checkout() {
      checkout ??= findCheckout()
      return checkout
    },
    draw: drawApart,
    findChromium() {
      if (env.FAULTLINE_CHROMIUM !== undefined) return env.FAULTLINE_CHROMIUM
      const folders = (env.PATH ?? '').split(path.delimiter).filter(Boolean)
      const files = folders.flatMap((folder) => BROWSERS.map((name) => path.join(folder, name)))
      return files.find((file) => existsSync(file)) ?? null
    },
  }
}

async function openPorts(count: number): Promise<OpenedPorts> {
  const servers: Server[] = []
  let [busy, fault]: [number, string | null] = [0, null]
  try {
    while (servers.length < count && servers.length + busy < MOST_PORT_TRIES) {
      const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1))
      try {
        servers.push(await listen(port))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
          fault = reasonOf(error)
          break
        }
        busy += 1
      }
    }
    const [first] = servers
    if (!first) return { opened: 0, busy, fault, answered: false }
    const unheard = await ask((first.address() as AddressInfo).port)
    return { opened: servers.length, busy, fault: fault ?? unheard, answered: unheard === null }
  } finally {
    await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))))
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      // Whoever asks may be gone before the answer.
      socket.on('error', () => socket.destroy()).end('here')
    })
    server.once('error', reject)
    server.listen(port, LOOPBACK, () => resolve(server))
  })
}

/** Why nobody answered; null: somebody did. */
function ask(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK)
    const finish = (why: string | null) => {
      socket.destroy()
      resolve(why)
    }
    socket.setTimeout(ANSWER_WITHIN_MS, () => finish(`no answer in ${ANSWER_WITHIN_MS} ms`))
    socket.once('error', (error) => finish(reasonOf(error)))
    socket.once('data', (answer) => finish(String(answer) === 'here' ? null : 'somebody else answers'))
    socket.once('end', () => finish('the connection was closed without an answer'))
  })
}

/** A folder that is not there yet is not made: what counts is the first one above it that is. */
function tryDisk(folder: string): Disk {
  let there = path.resolve(folder)
  while (!existsSync(there) && path.dirname(there) !== there) there = path.dirname(there)
  let fault: string | null = null
  try {
    openWritableFolder(there)
  } catch (error) {
    fault = reasonOf(error)
  }
  try {
    const { bavail, bsize } = statfsSync(there)
    return { freeBytes: bavail * bsize, fault }
  } catch {
    // Some file systems do not tell.
    return { freeBytes: null, fault }
  }
}

/** Node's types lack it. */
interface Reporting {
  excludeNetwork?: boolean
  getReport(): object
}

/** Node's own report has what `ulimit -n` says. The network is left out: names would be looked up. */
function mostOpenFiles(): number | null {
  const reporting: Reporting = process.report
  const before = reporting.excludeNetwork ?? false
  reporting.excludeNetwork = true
  const { userLimits } = reporting.getReport() as { userLimits?: { open_files?: { soft?: unknown } } }
  reporting.excludeNetwork = before
  const most = Number(userLimits?.open_files?.soft ?? Number.NaN)
  return Number.isFinite(most) ? most : null
}

/** Of stderr where stdout goes into a pipe or a file. */
function terminalOf(env: Readonly<Record<string, string | undefined>>): TerminalFacts | null {
  const stream = [process.stdout, process.stderr].find(({ isTTY }) => isTTY)
  if (!stream) return null
  const [columns, rows] = stream.getWindowSize()
  return { columns, rows, colorBits: stream.getColorDepth(env) }
}

/** The scripts that set up a checkout know what belongs to it; the published package has none. */
async function findCheckout(): Promise<{ installed: boolean; built: boolean } | null> {
  const script = (name: string) => path.join(ROOT, 'scripts', name)
  if (!existsSync(script('set-up.mjs'))) return null
  const load = (name: string) => import(pathToFileURL(script(name)).href)
  const [{ isInstalled }, { isBuilt }] = (await Promise.all([load('install.mjs'), load('build.mjs')])) as [
    { isInstalled(root: string): boolean },
    { isBuilt(root: string): boolean },
  ]
  return { installed: isInstalled(ROOT), built: isBuilt(ROOT) }
}

const DRAW = `const { createCanvas, GlobalFonts } = require(process.argv[1])
const context = createCanvas(8, 8).getContext('2d')
context.fillText('x', 0, 8)
if (context.canvas.toBuffer('image/png').length > 0) console.log(GlobalFonts.families.length)`

/** In a process of its own, which may die of a library that does not fit this machine. */
function drawApart(): Promise<{ fonts: number } | { fault: string }> {
  let library: string
  try {
    library = createRequire(import.meta.url).resolve('@napi-rs/canvas')
  } catch {
    return Promise.resolve({ fault: 'the package @napi-rs/canvas is not installed' })
  }
  return new Promise((resolve) => {
    const options = { timeout: DRAW_WITHIN_MS, env: { ...process.env, NODE_OPTIONS: '' } }
    execFile(process.execPath, ['--eval', DRAW, library], options, (error, out, said) => {
      const fonts = Number.parseInt(out, 10)
      if (!error && Number.isInteger(fonts)) return resolve({ fonts })
      const line = said.split('\n').find((each) => each.includes('Error'))
      resolve({
        fault: line?.trim() ?? (error?.killed ? 'it took too long' : `it ended with ${error?.code ?? 'nothing'}`),
      })
    })
  })
}
