import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { arch, cpus, platform, release, totalmem } from 'node:os'
import { join, relative } from 'node:path'
import { makeFolders } from './make-folders.ts'

/**
 * Makes `<out>/<scenario>/<time>-seed-<seed>` and gives its path; `-short` follows for a short form. Throws when the disk refuses.
 */
export function makeRunFolder(outDir: string, scenario: string, seed: number, short = false): string {
  return makeFolder(outDir, scenario, `seed-${seed}`, short)
}

/** Makes `<out>/<scenario>/<time>-seeds-<first>..<last>`, for what several seeds show together, in the same way. */
export function makeStudyFolder(
  outDir: string,
  scenario: string,
  { first, last }: { readonly first: number; readonly last: number },
  short = false,
): string {
  return makeFolder(outDir, scenario, `seeds-${first}..${last}`, short)
}

/** Makes `<out>/<scenario>/<time>-explored`, for what an exploration found, in the same way. */
export function makeExploredFolder(outDir: string, scenario: string, short = false): string {
  return makeFolder(outDir, scenario, 'explored', short)
}

function makeFolder(outDir: string, scenario: string, what: string, short: boolean): string {
  const time = new Date().toISOString().replaceAll(/[:.]/g, '-').replace('Z', '')
  for (let n = 1; ; n++) {
    const folder = join(outDir, scenario, `${time}-${what}${short ? '-short' : ''}${n === 1 ? '' : `-${n}`}`)
    makeFolders(join(outDir, scenario))
    try {
      mkdirSync(folder)
      return folder
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** Writes a file so that it is there whole or not at all. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const half = `${file}.half`
  try {
    writeFileSync(half, content)
    renameSync(half, file)
  } catch (error) {
    rmSync(half, { force: true })
    throw error
  }
}

/** The first number from 1 of which there is no such file in the folder, which is made where it is missing. */
export function firstFree(folder: string, fileOf: (nth: number) => string): number {
  makeFolders(folder)
  for (let nth = 1; ; nth++) if (!existsSync(join(folder, fileOf(nth)))) return nth
}

/** Points `<out>/latest` at the run, where the file system can. */
export function linkLatest(outDir: string, folder: string): void {
  const link = join(outDir, 'latest')
  try {
    rmSync(link, { force: true, recursive: false })
    // Relative, so that the reports can be moved.
    symlinkSync(relative(outDir, folder), link)
  } catch {
    // A convenience only: some file systems have no links, and somebody may have made a folder of that name.
  }
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

/** Everything that may differ between two equal runs. */
export function describeMachine(startedAtMs: number, endedAtMs: number): Record<string, unknown> {
  return {
    startedAt: new Date(startedAtMs).toISOString(),
    endedAt: new Date(endedAtMs).toISOString(),
    faultline: ownVersion(),
    versions: process.versions,
    machine: {
      platform: platform(),
      release: release(),
      arch: arch(),
      cores: cpus().length,
      model: cpus()[0]?.model ?? 'unknown',
      memoryBytes: totalmem(),
    },
  }
}

/** Of Faultline itself; its package lies as far from dist/runtime/real as from src/runtime/real. */
export function ownVersion(): string {
  const file = new URL('../../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
