/** A disk that is soon full. */

import { execFileSync } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './runs.ts'

/** Programs of the operating system, not of a package. */
const [MOUNT, UNMOUNT] = ['mount', 'umount'] as const

/** Mounts a small file system in memory. Gives its folder, or says why it cannot. */
export function mountSmallDisk(bytes: number): { readonly folder: string } | { readonly why: string } {
  const folder = temporaryFolder()
  try {
    execFileSync(MOUNT, ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], { stdio: 'pipe' })
  } catch (error) {
    return { why: `a small disk cannot be mounted here: ${(error as Error).message.split('\n').at(-1)}` }
  }
  onTestFinished(() => {
    execFileSync(UNMOUNT, [folder])
  })
  return { folder }
}
