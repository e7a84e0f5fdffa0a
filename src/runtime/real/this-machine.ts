import { arch, cpus, loadavg, platform } from 'node:os'

/** What a measurement must be read with: the machine, and what it was doing in the last minute. */
export function describeThisMachine() {
  return {
    platform: platform(),
    arch: arch(),
    cores: cpus().length,
    model: cpus()[0]?.model ?? 'unknown',
    node: process.versions.node,
    loadAverage: loadAverage(),
  }
}

export function loadAverage(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100
}
