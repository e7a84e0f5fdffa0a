/** What statements mean, once they are read. */

import type { Value } from '../../../core/env.ts'

export type Arithmetic = '+' | '-'
export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='

export type Expression =
  | { readonly is: 'parameter'; readonly at: number }
  | { readonly is: 'literal'; readonly value: Value }
  | { readonly is: 'column'; readonly table: string | null; readonly name: string }
  | { readonly is: 'arithmetic'; readonly sign: Arithmetic; readonly left: Expression; readonly right: Expression }
  | { readonly is: 'comparison'; readonly sign: Comparison; readonly left: Expression; readonly right: Expression }
  | { readonly is: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly is: 'not'; readonly of: Expression }
  | { readonly is: 'null'; readonly of: Expression }
  | { readonly is: 'tuple'; readonly of: readonly Expression[] }
  | { readonly is: 'aggregate'; readonly name: Aggregate; readonly of: Expression | null }

export const AGGREGATES = ['COUNT', 'MIN', 'MAX'] as const
type Aggregate = (typeof AGGREGATES)[number]

export const AFFINITIES = ['TEXT', 'INTEGER', 'REAL'] as const
export type Affinity = (typeof AFFINITIES)[number]

/** One column of what a statement gives back, or all columns of a table; of every table when `table` is null. */
export type Item =
  | { readonly all: true; readonly table: string | null }
  | { readonly all: false; readonly of: Expression; readonly name: string }

export interface ColumnDeclared {
  readonly name: string
  readonly affinity: Affinity
  readonly required: boolean
  readonly unique: boolean
  readonly primary: boolean
}

export interface CreateTable {
  readonly is: 'create table'
  readonly table: string
  readonly unlessExists: boolean
  readonly columns: readonly ColumnDeclared[]
  /** Given for the table as a whole; empty where a column is it. */
  readonly primaryKey: readonly string[]
  readonly withoutRowId: boolean
}

export interface CreateIndex {
  readonly is: 'create index'
  readonly index: string
  readonly table: string
  readonly columns: readonly string[]
  readonly where: Expression | null
}

export interface Assignment {
  readonly column: string
  readonly to: Expression
}

/** What happens where a key is taken. */
export type OnConflict = 'fail' | 'nothing' | 'replace'

export interface Insert {
  readonly is: 'insert'
  readonly table: string
  /** Empty: all of the table's, in its order. */
  readonly columns: readonly string[]
  readonly values: readonly Expression[]
  readonly onConflict: OnConflict
  readonly returning: readonly Item[]
}

export interface Update {
  readonly is: 'update'
  readonly table: string
  readonly set: readonly Assignment[]
  readonly where: Expression | null
  readonly returning: readonly Item[]
}

export interface Delete {
  readonly is: 'delete'
  readonly table: string
  readonly where: Expression | null
  readonly returning: readonly Item[]
}

export interface Select {
  readonly is: 'select'
  readonly items: readonly Item[]
  readonly table: string | null
  readonly join: { readonly table: string; readonly using: string } | null
  readonly where: Expression | null
  readonly orderBy: readonly { readonly by: Expression; readonly descending: boolean }[]
  readonly limit: Expression | null
}

export type Parsed = CreateTable | CreateIndex | Insert | Update | Delete | Select
