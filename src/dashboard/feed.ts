/** What just happened. */

import type { FeedLine, VariantView } from '../core/live.ts'
import { type Line, row, rule, say } from './line.ts'
import { clockText, FEED_SIGNS } from './words.ts'

/** The newest lines that fit, the last one at the bottom. */
export function feedLines(variant: VariantView, title: string, right: Line, width: number, height: number): Line[] {
  const room = Math.max(0, height - 1)
  const lines = room === 0 ? [] : variant.feed.slice(-room).map((line) => feedLine(line, width))
  if (variant.feed.length === 0) lines.push([say('nothing yet', 'dim')])
  return [rule(title, right, width), ...lines].slice(0, Math.max(0, height))
}

function feedLine({ atMs, kind, text }: FeedLine, width: number): Line {
  const { sign, tone } = FEED_SIGNS[kind]
  return row([
    { line: [say(clockText(atMs), 'dim')], width: 6, align: 'right' },
    { line: [say(sign, tone)], width: 1 },
    { line: [say(text, kind === 'violation' ? 'bad' : 'normal')], width: Math.max(0, width - 9) },
  ])
}
