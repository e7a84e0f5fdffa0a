/** A machine on which everything is as it should be, and what a test changes of it. */

import type { Machine } from '../../src/cli/doctor-machine.ts'
import { PORTS_NEEDED } from '../../src/cli/doctor-needs.ts'

export const GIB = 1024 ** 3

export function fakeMachine(lacks: Partial<Machine> = {}, env: Readonly<Record<string, string>> = {}): Machine {
  const variables: Readonly<Record<string, string>> = { TERM: 'xterm-256color', LANG: 'en_US.UTF-8', ...env }
  return {
    platform: 'linux',
    node: () => ({ version: '24.21.0', bundled: true }),
    cores: () => 4,
    memory: () => ({ totalBytes: 8 * GIB, availableBytes: 4 * GIB }),
    openPorts: async () => ({ opened: PORTS_NEEDED, busy: 0, fault: null, answered: true }),
    variable: (name) => variables[name],
    disk: () => ({ freeBytes: 20 * GIB, fault: null }),
    mostOpenFiles: () => 65_536,
    clockStepMs: () => 0.2,
    terminal: () => ({ columns: 120, rows: 36, colorBits: 24 }),
    checkout: async () => ({ installed: true, built: true }),
    draw: async () => ({ fonts: 12 }),
    findChromium: () => '/usr/bin/chromium',
    ...lacks,
  }
}
