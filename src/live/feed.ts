/** What just happened, newest last, so that it can be read: what is said again within a second is counted instead. */

import { type FeedKind, type FeedLine, MOST_FEED_LINES } from '../core/live.ts'

/** The same again within this time is one line. */
const TOGETHER_MS = 1_000
/** Lines that are kept: more than are shown, since journals are not read in the order of their times. */
const MOST_KEPT = 4 * MOST_FEED_LINES
const LONGEST_TEXT = 200

/** What happened, and how it is told when it happens again and again. */
export interface News {
  readonly kind: FeedKind
  readonly atMs: number
  /** What has the same one is the same thing again. */
  readonly about: string
  readonly once: string
  /** `… 14 times` is put behind it. */
  readonly again: string
}

interface Entry {
  readonly news: News
  lastAtMs: number
  times: number
}

export function openFeed() {
  let entries: Entry[] = []
  /** The last one about each thing; only those that are kept. */
  const latest = new Map<string, Entry>()

  function forgetOldest(): void {
    if (entries.length <= 2 * MOST_KEPT) return
    entries = inOrder(entries).slice(-MOST_KEPT)
    const kept = new Set(entries)
    for (const [about, entry] of latest) if (!kept.has(entry)) latest.delete(about)
  }

  return {
    add(news: News): void {
      const about = `${news.kind} ${news.about}`
      const before = latest.get(about)
      if (before && Math.abs(news.atMs - before.news.atMs) < TOGETHER_MS) {
        before.times++
        before.lastAtMs = Math.max(before.lastAtMs, news.atMs)
        return
      }
      const entry: Entry = { news, lastAtMs: news.atMs, times: 1 }
      latest.set(about, entry)
      entries.push(entry)
      forgetOldest()
    },
    /** What lies ahead of `nowMs` is not told yet. */
    lines: (nowMs: number, trafficStartMs: number): FeedLine[] =>
      inOrder(entries.filter(({ news }) => news.atMs <= nowMs))
        .slice(-MOST_FEED_LINES)
        .map(({ news, times }) => ({
          atMs: Math.round(news.atMs - trafficStartMs),
          kind: news.kind,
          text: plain(times === 1 ? news.once : `${news.again} ${times} times`),
        })),
  }
}

/** By time; what happened at once, by what it is about, so that it does not matter which journal was read first. */
function inOrder(entries: readonly Entry[]): Entry[] {
  return entries.toSorted(
    ({ news: one }, { news: other }) =>
      one.atMs - other.atMs || (one.about < other.about ? -1 : one.about > other.about ? 1 : 0),
  )
}

/** Journals may be written by anybody's services: what could steer a terminal is taken out, and a line has an end. */
function plain(text: string): string {
  const clean = text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
  return clean.length <= LONGEST_TEXT ? clean : `${clean.slice(0, LONGEST_TEXT - 1)}…`
}
