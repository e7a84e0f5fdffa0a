/** What a calibration names and nobody has: times that would be used for nothing, without a word. */

import { OPERATIONS } from '../core/call.ts'
import { EDGES, SERVICES } from '../core/topology.ts'
import { isMapping } from './file/check.ts'
import { effectsOf } from './file/moments.ts'
import { unknownName } from './file/nearest.ts'

export const BUYERS_PATH = 'traffic→order'
const PATHS: readonly string[] = [BUYERS_PATH, ...EDGES]
const EFFECTS = [...new Set(SERVICES.flatMap((service) => effectsOf(service)))]
const MOST_CHARACTERS = 80

/** A sentence for each unknown name, with its place and the names that there are. @param value of any shape */
export function unknownNames(value: Readonly<Record<string, unknown>>): string[] {
  return [
    ...namesIn(value.calls).flatMap((path) => unknown('calls', 'path', path, PATHS)),
    ...namesIn(value.work).flatMap((service) => unknown('work', 'service', service, SERVICES)),
    ...(isMapping(value.work) ? Object.entries(value.work).flatMap(unknownWork) : []),
  ]
}

/** `request do:charge`; whether it begins as it must is asked where its form is. */
function unknownWork([service, works]: readonly [string, unknown]): string[] {
  const place = `work.${cut(service)}`
  return namesIn(works).flatMap((name) => {
    const [, about = ''] = /^(?:request|answer) (.*)$/su.exec(name) ?? []
    if (about === '') return []
    const [operation = '', effect = ''] = about.split(/:(.*)/su)
    return [
      ...unknown(place, 'operation', operation, OPERATIONS, name),
      ...unknown(place, 'effect', effect, EFFECTS, name),
    ]
  })
}

function namesIn(value: unknown): string[] {
  return isMapping(value) ? Object.keys(value) : []
}

function unknown(place: string, what: string, name: string, known: readonly string[], key = name): string[] {
  return known.includes(name) ? [] : [`${place}.${cut(key)}: ${unknownName(what, cut(name), known)}`]
}

/** What comes from the file may be of any length, and a mistake is a line. */
export function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text
}
