import type { FeedLine } from '../core/live.ts'

/**
 * Which lines came since the feed looked like `before`. A feed is a window that moves on, so what both have in common is an end of the
 * one and a beginning of the other. After a restart they have nothing in common, and all lines are new.
 */
export function newLines(before: readonly FeedLine[], after: readonly FeedLine[]): readonly FeedLine[] {
  for (let common = Math.min(before.length, after.length); common > 0; common--) {
    const end = before.slice(-common)
    if (end.every((line, index) => isSame(line, after[index]))) return after.slice(common)
  }
  return after
}

function isSame(line: FeedLine, other: FeedLine | undefined): boolean {
  return line.atMs === other?.atMs && line.kind === other.kind && line.text === other.text
}
