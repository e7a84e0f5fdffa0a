/** Checks of what every run needs: Node, cores, memory, ports, disk, files, clock. */

import { SERVICES } from '../core/topology.ts'
import { type Check, FIRST_PORT, type Finding, LAST_PORT } from './doctor-machine.ts'

/** The same number is in `bin/faultline.js` and in `scripts/install.mjs`. */
export const NODE_MAJOR = 24
/** One for each service, one for the control API. */
export const PORTS_NEEDED = SERVICES.length + 1
const MIB = 1024 ** 2
const LEAST_MEMORY_BYTES = 1024 * MIB
/** An estimate for nine processes of Node: the command, seven services and the traffic. */
const COMFORTABLE_MEMORY_BYTES = 1024 * MIB
const LEAST_DISK_BYTES = 100 * MIB
const COMFORTABLE_DISK_BYTES = 1024 * MIB
/** A service has a few files and a connection for each call that is out; an overload has hundreds of these. */
const LEAST_OPEN_FILES = 128
const COMFORTABLE_OPEN_FILES = 1_024
/** A service that is started after the step would have another time than those before it. */
const MOST_STEP_MS = 50

const fine = (says: string, measured: Finding['measured']): Finding => ({
  severity: 'fine',
  says,
  todo: null,
  measured,
})

export const node: Check = {
  name: 'node',
  look(machine) {
    const { version, bundled } = machine.node()
    const measured = { version, bundled }
    const says = `Node ${version}${bundled ? ', the one in node_modules' : ''}`
    if (Number.parseInt(version, 10) >= NODE_MAJOR) return fine(says, measured)
    return {
      severity: 'does-not-work',
      says: `${says}; ${NODE_MAJOR} or newer is needed`,
      todo: 'start it with node bin/faultline.js, which takes the Node in node_modules, or install one from https://nodejs.org',
      measured,
    }
  },
}

export const cores: Check = {
  name: 'cores',
  look(machine) {
    const count = machine.cores()
    const measured = { cores: count }
    if (count > 1) return fine(`${count} cores`, measured)
    return {
      severity: 'works-but',
      says: 'one core: services and traffic wait for each other, and latencies are those of the machine',
      todo: 'run with --virtual, or give a virtual machine two cores',
      measured,
    }
  },
}

export const memory: Check = {
  name: 'memory',
  look(machine) {
    const { totalBytes, availableBytes } = machine.memory()
    const measured = { totalBytes, availableBytes }
    const says = `${inMib(availableBytes)} of ${inMib(totalBytes)} MiB are free`
    if (totalBytes < LEAST_MEMORY_BYTES) {
      const todo = `run with --virtual, or give a virtual machine or container more than ${inMib(LEAST_MEMORY_BYTES)} MiB`
      return { severity: 'does-not-work', says: `${says}: too little for nine processes`, todo, measured }
    }
    if (availableBytes >= COMFORTABLE_MEMORY_BYTES) return fine(says, measured)
    const todo = 'close other programs, or run with --virtual, which is one process'
    return { severity: 'works-but', says: `${says}: a run may slow down or be killed`, todo, measured }
  },
}

export const ports: Check = {
  name: 'ports',
  async look(machine) {
    const found = await machine.openPorts(PORTS_NEEDED)
    const { opened, busy, answered } = found
    const range = `between ${FIRST_PORT} and ${LAST_PORT} on 127.0.0.1`
    const measured = { opened, busy, answered }
    if (opened < PORTS_NEEDED) {
      const why = found.fault ?? `${busy} ports were taken`
      const says = `${opened} of ${PORTS_NEEDED} ports could be opened ${range}: ${why}`
      return { severity: 'does-not-work', says, todo: 'end programs that hold ports there; allow listening', measured }
    }
    if (!answered) {
      const says = `ports open ${range}, but do not answer${found.fault ? `: ${found.fault}` : ''}`
      const todo = 'let the firewall or security program allow connections from this machine to itself'
      return { severity: 'does-not-work', says, todo, measured }
    }
    if (busy <= opened) return fine(`${opened} ports opened ${range}, and answer`, measured)
    const says = `${busy} of ${opened + busy} ports tried ${range} are taken`
    return { severity: 'works-but', says, todo: 'find out who has them, such as a run that never ended', measured }
  },
}

export const disk: Check = {
  name: 'disk',
  look(machine, folder) {
    const { freeBytes, fault } = machine.disk(folder)
    const measured = { freeBytes, writable: fault === null }
    if (fault !== null) {
      const todo = 'choose another folder with --out, or make this one writable'
      return { severity: 'does-not-work', says: `cannot write into ${folder}: ${fault}`, todo, measured }
    }
    if (freeBytes === null) return fine(`${folder} can be written; how much is free the system does not say`, measured)
    const says = `${folder} can be written; ${inMib(freeBytes)} MiB are free`
    if (freeBytes >= COMFORTABLE_DISK_BYTES) return fine(says, measured)
    const severity = freeBytes < LEAST_DISK_BYTES ? 'does-not-work' : 'works-but'
    return { severity, says, todo: 'delete old runs from the folder, or choose another one with --out', measured }
  },
}

export const openFiles: Check = {
  name: 'open files',
  look(machine) {
    const most = machine.mostOpenFiles()
    const measured = { mostOpenFiles: most }
    if (most === null) return fine('no limit that the system tells of', measured)
    const says = `at most ${most} files and sockets for each process`
    if (most >= COMFORTABLE_OPEN_FILES) return fine(says, measured)
    const severity = most < LEAST_OPEN_FILES ? 'does-not-work' : 'works-but'
    return { severity, says: `${says}: overloads need more`, todo: `ulimit -n ${COMFORTABLE_OPEN_FILES * 4}`, measured }
  },
}

export const clock: Check = {
  name: 'clock',
  look(machine) {
    const stepMs = Math.round(machine.clockStepMs())
    const measured = { stepMs }
    if (Math.abs(stepMs) <= MOST_STEP_MS) return fine('the clock goes evenly', measured)
    const says = `the clock was set by ${stepMs} ms while this was looked at; times in journals would not fit together`
    const todo = 'wait until the time service has the right time, and look again'
    return { severity: 'works-but', says, todo, measured }
  },
}

function inMib(bytes: number): string {
  return Math.floor(bytes / MIB).toLocaleString('en-US')
}
