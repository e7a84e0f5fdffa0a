/** What a statement gives back of a row. */

import type { Row, Value } from '../../../core/env.ts'
import { compileRead, type Given, type Read, type Scope } from './expression.ts'
import type { Cells, TableShape } from './shape.ts'
import type { Item } from './syntax.ts'

export type ToRow = (row: Cells, given: Given) => Row

export interface Named {
  readonly name: string
  readonly read: Read
}

export function compileOutput(items: readonly Item[], shapes: readonly TableShape[], scope: Scope): ToRow {
  return makeToRow(items.flatMap((item) => namesOf(item, shapes, scope)))
}

function namesOf(item: Item, shapes: readonly TableShape[], scope: Scope): Named[] {
  if (!item.all) return [{ name: item.name, read: compileRead(item.of, scope) }]
  if (item.table === null && shapes.length !== 1) throw new Error('* of anything but one table')
  const shape = item.table === null ? shapes[0] : shapes.find(({ name }) => name === item.table)
  if (!shape) throw new Error(`no table ${item.table} here`)
  let before = 0
  for (const each of shapes) {
    if (each === shape) break
    before += each.width
  }
  return shape.columns.map(({ name }, at) => ({ name, read: (row) => row[before + at] as Value }))
}

function makeToRow(named: readonly Named[]): ToRow {
  return (row, given) => {
    const made: Record<string, Value> = {}
    for (let at = 0; at < named.length; at += 1) {
      const { name, read } = named[at] as Named
      made[name] = read(row, given)
    }
    return made
  }
}
