import { EXIT_CODES } from './exit-codes.ts'

/** Ends a command with lines for the user and an exit code; never with a stack. */
export class Failure extends Error {
  readonly code: number
  readonly lines: readonly string[]

  constructor(kind: 'usage' | 'badFile' | 'labFailed', ...lines: readonly string[]) {
    super(lines.join('\n'))
    this.name = 'Failure'
    this.code = EXIT_CODES[kind].code
    this.lines = lines
  }
}

/** A run that has no result: its folder cannot be written. */
export function couldNotRun(
  { scenario, seed }: { readonly scenario: { readonly name: string }; readonly seed: number },
  error: unknown,
): Failure {
  return new Failure('labFailed', `${scenario.name} (seed ${seed}) could not be run: ${reasonOf(error)}`)
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'part of the path is a file, not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'something of that name is there already',
  EMFILE: 'too many files are open',
}

/** What went wrong, in one line without a stack. */
export function reasonOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  const known = typeof code === 'string' ? REASONS[code] : undefined
  if (known) return known
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n')[0] || 'unknown reason'
}
