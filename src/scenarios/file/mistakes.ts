/** Mistakes in a scenario file: where, what, and what to do about it. */

import { plain } from './plain.ts'

export interface Mistake {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1. */
  readonly column: number
  /** Such as `gremlins[0].probability`; empty for the file as a whole. Inside a scenario it is relative to the scenario. */
  readonly path: string
  readonly message: string
}

/** `scenarios.yaml:12:7 gremlins[0].probability: must be at most 1`, safe to print. */
export function formatMistake({ file, line, column, path, message }: Mistake): string {
  return plain(`${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`)
}

/** A place in the file: the keys that lead there, and how the place is called in messages. */
export interface Place {
  readonly keys: readonly (string | number)[]
  readonly shown: string
}

export const TOP: Place = { keys: [], shown: '' }

/** The place of `key` inside `place`. */
export function inside(place: Place, key: string | number): Place {
  const dot = place.shown === '' ? '' : '.'
  const shown = typeof key === 'number' ? `${place.shown}[${key}]` : `${place.shown}${dot}${key}`
  return { keys: [...place.keys, key], shown }
}

/** The same, for a key that says nothing in a message: `gremlins[0].latency.on` is shown as `gremlins[0].on`. */
export function under(place: Place, key: string | number): Place {
  return { keys: [...place.keys, key], shown: place.shown }
}

/** Whether a mistake is about the value at a place or about its key. */
export type Part = 'value' | 'key'

/** Finds line and column of a place; of the nearest thing around it where the place itself is missing. */
export type Locate = (keys: Place['keys'], part: Part) => { readonly line: number; readonly column: number }

/** Collects mistakes as they are found. */
export interface Mistakes {
  add(place: Place, message: string, part?: Part): void
  /** How many there are so far. */
  count(): number
  /** All of them in the order of the file, each once. */
  inOrder(): Mistake[]
}

export function collectMistakes(file: string, locate: Locate): Mistakes {
  const found = new Map<string, Mistake>()
  return {
    add(place, message, part = 'value') {
      const mistake = { file, ...locate(place.keys, part), path: place.shown, message }
      found.set(formatMistake(mistake), mistake)
    },
    count: () => found.size,
    inOrder: () => [...found.values()].sort((a, b) => a.line - b.line || a.column - b.column),
  }
}
