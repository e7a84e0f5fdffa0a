#!/usr/bin/env node
/**
 * Records the dashboard as it is: screens as text in docs/screens/, and a cast in docs/cast/ to be played with asciinema. Takes three
 * minutes on Linux, and writes what it has recorded whole or not at all.
 *
 *     node scripts/record-dashboard.mjs [--out <folder>] [screen or cast]...
 */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { nodeOf } from './install.mjs'
import { CAST, MOST_CAST_BYTES, MOST_CAST_SECONDS, nameOfSize, SCREENS, SIZES } from './record-scenes.mjs'
import { openTape } from './record-tape.mjs'
import { openTerminal } from './record-terminal.mjs'
import { setUp } from './set-up.mjs'

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
/** A slow scene takes a little more than a minute. */
const STEP_WITHIN_MS = 120_000
const BETWEEN_KEYS_MS = 400

/** @typedef {import('./record-scenes.mjs').Step} Step */

/**
 * @param {{ args: readonly string[], steps: readonly Step[] }} scene
 * @param {{ columns: number, rows: number }} size
 * @param {{ heard?: (text: string) => void, pressed?: (says: string) => void, outDir: string }} watching
 * @returns {Promise<string[]>} the screen after the last step
 */
async function play({ args, steps }, { columns, rows }, { heard, pressed, outDir }) {
  const command = [nodeOf(ROOT), path.join(ROOT, 'bin', 'faultline.js'), 'dashboard', ...args, '--out', outDir]
  const terminal = openTerminal({ command, columns, rows, cwd: ROOT, ...(heard ? { heard } : {}) })
  try {
    for (const { on, stayMs, press = '', says, only } of steps) {
      if (only !== undefined && only !== nameOfSize({ columns, rows })) continue
      await terminal.until(on, STEP_WITHIN_MS)
      if (stayMs !== undefined) await sleep(stayMs)
      if (says !== undefined) pressed?.(says)
      for (const [nth, key] of [...press].entries()) {
        // What comes at once is taken for pasted.
        if (nth > 0) await sleep(BETWEEN_KEYS_MS)
        terminal.press(key)
      }
    }
    return terminal.screen()
  } finally {
    // The second one: without waiting for the end of a slow run.
    await terminal.end(['q', 'q'])
  }
}

/** @param {string} outDir @param {readonly string[]} wanted @param {string} runs */
async function recordScreens(outDir, wanted, runs) {
  const folder = path.join(outDir, 'screens')
  for (const scene of SCREENS.filter(({ name }) => wanted.includes(name))) {
    const screens = await Promise.all(SIZES.map((size) => play(scene, size, { outDir: runs })))
    mkdirSync(folder, { recursive: true })
    for (const [index, size] of SIZES.entries()) {
      const file = path.join(folder, `${scene.name}-${nameOfSize(size)}.txt`)
      writeFileSync(file, `${screens[index]?.join('\n')}\n`)
      say(file)
    }
  }
}

/** @param {string} outDir @param {string} runs */
async function recordCast(outDir, runs) {
  const [size] = SIZES
  if (!size) throw new Error('there is no size to record in')
  const tape = openTape(() => performance.now())
  await play(CAST, size, { heard: tape.heard, pressed: tape.pressed, outDir: runs })
  const { columns: width, rows: height } = size
  const header = { version: 2, width, height, title: CAST.title, env: { TERM: 'xterm-256color' } }
  const events = tape.events()
  const text = [header, ...events].map((line) => `${JSON.stringify(line)}\n`).join('')
  const seconds = events.at(-1)?.[0] ?? 0
  const bytes = Buffer.byteLength(text)
  if (seconds > MOST_CAST_SECONDS || bytes > MOST_CAST_BYTES)
    throw new Error(`the cast is too long: ${seconds} s of ${MOST_CAST_SECONDS}, ${bytes} bytes of ${MOST_CAST_BYTES}`)
  const folder = path.join(outDir, 'cast')
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, 'dashboard.cast')
  writeFileSync(file, text)
  say(`${file}: ${seconds} s, ${bytes} bytes`)
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`)
}

async function record() {
  const { values, positionals } = parseArgs({ options: { out: { type: 'string' } }, allowPositionals: true })
  const known = [...SCREENS.map(({ name }) => name), 'cast']
  const unknown = positionals.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new Error(`there is no ${unknown.join(' and no ')}: ${known.join(', ')}`)
  const wanted = positionals.length > 0 ? positionals : known
  const outDir = path.resolve(values.out ?? path.join(ROOT, 'docs'))
  await setUp()
  const runs = mkdtempSync(path.join(tmpdir(), 'faultline-record-'))
  try {
    await recordScreens(outDir, wanted, runs)
    if (wanted.includes('cast')) await recordCast(outDir, runs)
  } finally {
    rmSync(runs, { recursive: true, force: true })
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await record().catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  })
}
