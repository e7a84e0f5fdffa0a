#!/usr/bin/env node
/**
 * The command `faultline`. Must be readable by any Node that knows ES modules: it checks the version, makes a checkout ready,
 * goes on under the Node 24 in node_modules where this one is older, and hands over to dist/cli/main.js.
 */

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import v8 from 'node:v8'

const NODE_MAJOR = 24
const LAB_FAILED = 70
const HERE = fileURLToPath(import.meta.url)
const ROOT = path.dirname(path.dirname(HERE))
const SET_UP = path.join(ROOT, 'scripts', 'set-up.mjs')
const MAIN = path.join(ROOT, 'dist', 'cli', 'main.js')
/** Set for the second process, so that a wrong Node is reported and not started over and over. */
const SECOND = 'FAULTLINE_SECOND_PROCESS'

/** @param {string} line */
function fail(line, code = LAB_FAILED) {
  process.stderr.write(`faultline: ${line}\n`)
  process.exitCode = code
}

/** @param {string} version */
function isNewEnough(version) {
  return Number.parseInt(version, 10) >= NODE_MAJOR
}

async function start() {
  const second = process.env[SECOND] === '1'
  delete process.env[SECOND]
  if (second) endWithFirstProcess()
  // The published package has no such script, and its dist/ is always built.
  else if (existsSync(SET_UP) && process.env.FAULTLINE_NO_SET_UP !== '1') {
    const { setUp } = await import(pathToFileURL(SET_UP).href)
    try {
      await setUp()
    } catch (error) {
      // Stopped by a signal: that is no fault of the lab.
      const { message, exitCode } = /** @type {{ message: string, exitCode?: number }} */ (error)
      fail(message, exitCode && exitCode > 128 ? exitCode : LAB_FAILED)
      return
    }
  }
  if (!isNewEnough(process.versions.node)) {
    if (second) fail(`Node ${NODE_MAJOR} or newer is needed, and node_modules/node holds ${process.versions.node}`)
    else goOnUnderNewNode()
    return
  }
  if (!existsSync(MAIN)) {
    fail('dist/ is not built; run: npm run build')
    return
  }
  keepHeapSmall()
  shareCompileCache()
  tellBugsFromVerdicts()
  // Until it is known how it ends: whatever lets the process end early must not look like success.
  process.exitCode = LAB_FAILED
  const { main } = await import(pathToFileURL(MAIN).href)
  const code = await main(process.argv.slice(2))
  if (typeof code === 'number') process.exitCode = code
}

/**
 * The audit of a long run makes gigabytes of short-lived rows, and V8 lets the heap grow to several times what is alive before it
 * looks. This makes it look earlier, at no cost in time that could be measured; services are processes of their own and keep theirs.
 */
function keepHeapSmall() {
  v8.setFlagsFromString('--optimize-for-size')
}

/** Compiled code is kept for the next start, and for the services, which are started again and again. */
function shareCompileCache() {
  const { directory } = module.enableCompileCache()
  if (directory && !process.env.NODE_COMPILE_CACHE) process.env.NODE_COMPILE_CACHE = path.dirname(directory)
}

/** To Node whatever nobody caught is a 1, which here says that an expectation failed. */
function tellBugsFromVerdicts() {
  process.once('uncaughtExceptionMonitor', () => {
    // Only then: what is set before, Node sets again.
    process.once('exit', () => {
      process.exitCode = LAB_FAILED
    })
  })
}

function goOnUnderNewNode() {
  const node = path.join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(node)) {
    fail(`Node ${NODE_MAJOR} or newer is needed, and this is ${process.versions.node}; get it from https://nodejs.org`)
    return
  }
  const env = Object.assign({}, process.env, { [SECOND]: '1' })
  const args = process.execArgv.concat(HERE, process.argv.slice(2))
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env })
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    // Ctrl-C in a terminal reaches the whole process group: the second process has it already.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of signals) process.on(signal, forward)
  child.once('error', (error) => fail(`cannot start ${node}: ${error.message}`))
  child.once('exit', (code, signal) => {
    for (const name of signals) process.removeListener(name, forward)
    process.exitCode = signal ? 128 + constants.signals[signal] : Number(code)
    // Whoever waits for us should see the same end.
    if (signal) process.kill(process.pid, signal)
  })
}

/** When the first process is killed, nobody can stop this one any more: it ends as if it had been asked to. */
function endWithFirstProcess() {
  if (!process.channel) return
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel.unref()
}

start().catch((error) => fail(String(error instanceof Error ? error.stack : error)))
