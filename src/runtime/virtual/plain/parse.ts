/** Statements, as far as services and workflows use them. What is not known here is an error, never a guess. */

import { ALL, type Parsing, parseExpression, parseList } from './parse-expression.ts'
import {
  AFFINITIES,
  type Assignment,
  type ColumnDeclared,
  type CreateIndex,
  type CreateTable,
  type Delete,
  type Expression,
  type Insert,
  type Item,
  type OnConflict,
  type Parsed,
  type Select,
  type Update,
} from './syntax.ts'
import { read } from './tokens.ts'

export interface Statement {
  readonly parsed: Parsed
  /** How many values it takes. */
  readonly parameters: number
}

export function parse(text: string): Statement {
  const parsing: Parsing = { ...read(text), parameters: 0 }
  const parsed = parseStatement(parsing)
  if (!parsing.atEnd()) throw new Error(`more after its end: '${text.slice(parsing.position())}'`)
  return { parsed, parameters: parsing.parameters }
}

function parseStatement(parsing: Parsing): Parsed {
  if (parsing.take('SELECT')) return parseSelect(parsing)
  if (parsing.take('INSERT')) return parseInsert(parsing)
  if (parsing.take('UPDATE')) return parseUpdate(parsing)
  if (parsing.take('DELETE')) return parseDelete(parsing)
  parsing.expect('CREATE')
  return parsing.take('INDEX') ? parseCreateIndex(parsing) : parseCreateTable(parsing)
}

function names(parsing: Parsing): string[] {
  parsing.expect('(')
  const list = [parsing.name()]
  while (parsing.take(',')) list.push(parsing.name())
  parsing.expect(')')
  return list
}

function where(parsing: Parsing): Expression | null {
  return parsing.take('WHERE') ? parseExpression(parsing) : null
}

function items(parsing: Parsing): Item[] {
  const list: Item[] = []
  do list.push(item(parsing))
  while (parsing.take(','))
  return list
}

function item(parsing: Parsing): Item {
  if (parsing.take('*')) return { all: true, table: null }
  const from = parsing.position()
  const of = parseExpression(parsing)
  if (of.is === 'column' && of.table !== null && of.name === ALL) return { all: true, table: of.table }
  // A column is called by its name, anything else as it is written.
  const name = of.is === 'column' ? of.name : parsing.since(from)
  return { all: false, of, name: parsing.take('AS') ? parsing.name() : name }
}

function returning(parsing: Parsing): Item[] {
  return parsing.take('RETURNING') ? items(parsing) : []
}

function parseSelect(parsing: Parsing): Select {
  const list = items(parsing)
  const table = parsing.take('FROM') ? parsing.name() : null
  const join = table !== null && parsing.take('JOIN') ? parseJoin(parsing) : null
  const condition = where(parsing)
  const orderBy: Select['orderBy'][number][] = []
  if (parsing.take('ORDER')) {
    parsing.expect('BY')
    do {
      const by = parseExpression(parsing)
      const descending = parsing.take('DESC')
      if (!descending) parsing.take('ASC')
      orderBy.push({ by, descending })
    } while (parsing.take(','))
  }
  const limit = parsing.take('LIMIT') ? parseExpression(parsing) : null
  return { is: 'select', items: list, table, join, where: condition, orderBy, limit }
}

function parseJoin(parsing: Parsing): NonNullable<Select['join']> {
  const table = parsing.name()
  parsing.expect('USING')
  const [using = '', another] = names(parsing)
  if (another) throw new Error('a join by more than one column')
  return { table, using }
}

function parseInsert(parsing: Parsing): Insert {
  const replace = parsing.take('OR')
  if (replace) parsing.expect('REPLACE')
  parsing.expect('INTO')
  const table = parsing.name()
  const columns = parsing.sees('(') ? names(parsing) : []
  parsing.expect('VALUES', '(')
  const values = parseList(parsing)
  const onConflict: OnConflict = replace ? 'replace' : parseOnConflict(parsing)
  return { is: 'insert', table, columns, values, onConflict, returning: returning(parsing) }
}

function parseOnConflict(parsing: Parsing): OnConflict {
  if (!parsing.take('ON')) return 'fail'
  parsing.expect('CONFLICT', 'DO', 'NOTHING')
  return 'nothing'
}

function assignments(parsing: Parsing): Assignment[] {
  parsing.expect('SET')
  const list: Assignment[] = []
  do {
    const column = parsing.name()
    parsing.expect('=')
    list.push({ column, to: parseExpression(parsing) })
  } while (parsing.take(','))
  return list
}

function parseUpdate(parsing: Parsing): Update {
  const table = parsing.name()
  const set = assignments(parsing)
  return { is: 'update', table, set, where: where(parsing), returning: returning(parsing) }
}

function parseDelete(parsing: Parsing): Delete {
  parsing.expect('FROM')
  const table = parsing.name()
  return { is: 'delete', table, where: where(parsing), returning: returning(parsing) }
}

function parseCreateIndex(parsing: Parsing): CreateIndex {
  const index = parsing.name()
  parsing.expect('ON')
  const table = parsing.name()
  return { is: 'create index', index, table, columns: names(parsing), where: where(parsing) }
}

function parseCreateTable(parsing: Parsing): CreateTable {
  parsing.expect('TABLE')
  const unlessExists = parsing.take('IF')
  if (unlessExists) parsing.expect('NOT', 'EXISTS')
  const table = parsing.name()
  parsing.expect('(')
  const columns: ColumnDeclared[] = []
  let primaryKey: string[] = []
  do {
    if (parsing.take('PRIMARY')) {
      parsing.expect('KEY')
      primaryKey = names(parsing)
    } else columns.push(parseColumn(parsing))
  } while (parsing.take(','))
  parsing.expect(')')
  const withoutRowId = parsing.take('WITHOUT')
  if (withoutRowId) parsing.expect('ROWID')
  return { is: 'create table', table, unlessExists, columns, primaryKey, withoutRowId }
}

function parseColumn(parsing: Parsing): ColumnDeclared {
  const name = parsing.name()
  const affinity = AFFINITIES.find((each) => parsing.take(each))
  if (!affinity) throw new Error(`column ${name} is neither ${AFFINITIES.join(' nor ')}`)
  let [required, unique, primary] = [false, false, false]
  for (;;) {
    if (parsing.take('NOT')) {
      parsing.expect('NULL')
      required = true
    } else if (parsing.take('PRIMARY')) {
      parsing.expect('KEY')
      primary = true
    } else if (parsing.take('UNIQUE')) unique = true
    else return { name, affinity, required, unique, primary }
  }
}
