/** What is installed, and what is kept in git. */

import { execFileSync } from 'node:child_process'

interface LockEntry {
  readonly resolved?: string
  readonly link?: boolean
  readonly hasInstallScript?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/**
 * Lock file entries that tie the project to one registry, that would run a script on installation, or that are missing: npm
 * leaves out an optional package that its registry does not have, and `npm ci` then fails everywhere else.
 */
export function findBadPackages(lockText: string): string[] {
  const { packages } = JSON.parse(lockText) as { packages: Record<string, LockEntry> }
  return Object.entries(packages).flatMap(([at, entry]) => [
    ...(entry.resolved && !entry.link ? [`${at}: says where it was downloaded (${entry.resolved})`] : []),
    ...(entry.hasInstallScript && at !== 'node_modules/node' ? [`${at}: has an install script`] : []),
    ...Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !isFound(packages, at, name))
      .map((name) => `${at}: its optional package ${name} has no entry`),
  ])
}

/** Looks where Node would: in the node_modules folder of the package, and in those of the folders above. */
function isFound(packages: Record<string, LockEntry>, at: string, name: string): boolean {
  for (let base = at; ; base = base.slice(0, Math.max(0, base.lastIndexOf('node_modules/') - 1))) {
    if (packages[`${base}${base && '/'}node_modules/${name}`]) return true
    if (base === '') return false
  }
}

/** Files that .gitignore names and that git keeps nevertheless. None outside a git checkout. */
export function findTrackedOutput(root: string): string[] {
  try {
    const args = ['ls-files', '--cached', '--ignored', '--exclude-standard', '-z']
    const listed = execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return listed.split('\0').filter((file) => file !== '')
  } catch {
    return []
  }
}
