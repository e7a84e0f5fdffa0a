/** docs/schemas as something to hold files against. */

import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'

const FOLDER = new URL('../../docs/schemas/', import.meta.url)
const ENDING = '.schema.json'

export interface Schema {
  readonly $id: string
  readonly $defs?: Readonly<Record<string, Schema>>
  readonly properties?: Readonly<Record<string, Schema>>
  readonly const?: unknown
  readonly enum?: readonly unknown[]
}

/** Such as `result-1`. */
export function schemaNames(): string[] {
  return readdirSync(FOLDER).map((file) => file.replace(ENDING, ''))
}

export function readSchema(name: string): Schema {
  return JSON.parse(readFileSync(new URL(`${name}${ENDING}`, FOLDER), 'utf8')) as Schema
}

/** Gives what tells what is wrong with a value; empty when nothing is. A mistake in the schema itself throws. */
export function checkAgainst(name: string): (value: unknown) => string[] {
  const ajv = new Ajv2020({ strict: true, strictTypes: false })
  const validate = ajv.compile(readSchema(name))
  return (value) => {
    if (validate(value)) return []
    return (validate.errors ?? []).map(({ instancePath, message, params }) =>
      [instancePath, message, JSON.stringify(params)].join(' '),
    )
  }
}
