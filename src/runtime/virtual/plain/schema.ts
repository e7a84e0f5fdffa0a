/**
 * The tables of a store, without their rows. Stores with the same tables share one schema and what was compiled for it: a search
 * opens thousands of stores, and reads each statement once.
 */

import { compileDelete, compileUpdate, type Plan } from './change.ts'
import { compileInsert } from './insert.ts'
import { parse, type Statement } from './parse.ts'
import { compileSelect, requireShape, type Shapes } from './select.ts'
import { shapeOf, withIndex } from './shape.ts'

/** Distinct statement texts are few; what comes after so many is not remembered. */
const MOST_REMEMBERED = 500

interface Compiled {
  /** How many values it takes. */
  readonly parameters: number
  readonly plan: Plan
}

export interface Schema {
  readonly shapes: Shapes
  /** The statements that made it, in their order. */
  readonly made: readonly string[]
  /** The statement, compiled; undefined where it makes a table or an index. */
  compile(text: string): Compiled | undefined
  /** The schema after a statement that makes a table or an index. */
  after(text: string): Schema
}

function makeSchema(shapes: Shapes, made: readonly string[]): Schema {
  const known = new Map<string, Compiled | undefined>()
  const next = new Map<string, Schema>()
  const schema: Schema = {
    shapes,
    made,
    compile(text) {
      if (known.has(text)) return known.get(text)
      const compiled = naming(text, () => compile(parse(text), shapes))
      if (known.size < MOST_REMEMBERED) known.set(text, compiled)
      return compiled
    },
    after(text) {
      const before = next.get(text)
      if (before) return before
      const shapesAfter = naming(text, () => define(parse(text), shapes))
      const after = shapesAfter === shapes ? schema : makeSchema(shapesAfter, [...made, text])
      next.set(text, after)
      return after
    },
  }
  return schema
}

/** No tables. */
export const EMPTY_SCHEMA = makeSchema(new Map(), [])

/** Whatever fails, the statement is named. */
function naming<T>(text: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw unknown(error, text)
  }
}

export function unknown(cause: unknown, text: string): Error {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new Error(`the plain store does not know this: ${why}, in: ${text}`, { cause })
}

function compile({ parsed, parameters }: Statement, shapes: Shapes): Compiled | undefined {
  switch (parsed.is) {
    case 'insert':
      return { parameters, plan: compileInsert(parsed, requireShape(shapes, parsed.table)) }
    case 'update':
      return { parameters, plan: compileUpdate(parsed, requireShape(shapes, parsed.table)) }
    case 'delete':
      return { parameters, plan: compileDelete(parsed, requireShape(shapes, parsed.table)) }
    case 'select':
      return { parameters, plan: compileSelect(parsed, shapes) }
    case 'create table':
    case 'create index':
      return undefined
  }
}

function define({ parsed }: Statement, shapes: Shapes): Shapes {
  if (parsed.is === 'create index') {
    const shape = requireShape(shapes, parsed.table)
    return new Map([...shapes, [shape.name, withIndex(shape, parsed)]])
  }
  if (parsed.is !== 'create table') throw new Error('it makes no table')
  if (!shapes.has(parsed.table)) return new Map([...shapes, [parsed.table, shapeOf(parsed)]])
  if (parsed.unlessExists) return shapes
  throw new Error(`table ${parsed.table} already exists`)
}
