import type { Invariant, RunFacts, Violation } from '../core/invariant.ts'
import type { Balance, EntryKind, LedgerEntry } from '../core/ledger.ts'
import { SERVICES, type ServiceName } from '../core/topology.ts'
import { formatAmount } from './format.ts'
import { accuse } from './violate.ts'

const name = 'books-balance'
/** Services that publish a balance for everything they move; the others only count. */
const KEEP_BALANCES: readonly ServiceName[] = ['inventory', 'bank']

const MOVES_OR_LOCKS: ReadonlySet<EntryKind> = new Set(['effect', 'reversal', 'hold', 'release'])

interface Book {
  readonly service: ServiceName
  readonly account: string
  readonly unit: string
  moved: number
  held: number
  last: LedgerEntry | undefined
}

const nameOf = (service: ServiceName, account: string, unit: string) => JSON.stringify([service, account, unit])

/** What the scenario put into each account at the start. */
function scenarioOpenings({
  scenario,
}: RunFacts): { service: ServiceName; account: string; unit: string; opening: number }[] {
  return [
    ...scenario.products.map(({ name, stock }) => ({
      service: 'inventory' as const,
      account: name,
      unit: 'piece',
      opening: stock,
    })),
    ...scenario.accounts.map(({ name, currency, openingCents }) => ({
      service: 'bank' as const,
      account: name,
      unit: currency,
      opening: openingCents,
    })),
  ]
}

function* judgeBalance(book: Book, { opening, balance, held }: Balance): Generator<Violation> {
  const { service, account, unit, moved, last } = book
  const money = (amount: number) => formatAmount(amount, unit)
  const rows = last ? [{ service, entry: last }] : []
  if (opening + moved !== balance) {
    const sentence = `${service} publishes ${money(balance)} for ${account}, but opening ${money(opening)} and ledger ${money(moved)} make ${money(opening + moved)}`
    yield accuse(name, undefined, sentence, rows)
  }
  if (book.held !== held) {
    const sentence = `${service} publishes ${money(held)} of ${account} as held, but holds less releases make ${money(book.held)}`
    yield accuse(name, undefined, sentence, rows)
  }
}

function emptyBook(service: ServiceName, account: string, unit: string): Book {
  return { service, account, unit, moved: 0, held: 0, last: undefined }
}

function enter(book: Book, entry: LedgerEntry): void {
  const { kind, amount } = entry
  if (kind === 'hold') book.held += amount
  else if (kind === 'release') book.held -= amount
  else book.moved += amount
  book.last = entry
}

function* judgeBooks(run: RunFacts, books: Map<string, Book>): Generator<Violation> {
  const openings = new Map(scenarioOpenings(run).map((one) => [nameOf(one.service, one.account, one.unit), one]))
  const seen = new Set<string>()
  for (const service of SERVICES) {
    for (const published of run.balances[service]) {
      const { account, unit, opening } = published
      const id = nameOf(service, account, unit)
      seen.add(id)
      yield* judgeBalance(books.get(id) ?? emptyBook(service, account, unit), published)
      const given = openings.get(id)?.opening ?? opening
      if (given === opening) continue
      const sentence = `${service} says that ${account} opened with ${formatAmount(opening, unit)}, but it was given ${formatAmount(given, unit)}`
      yield accuse(name, undefined, sentence, [])
    }
  }
  const known = [...openings].map(([id, { service, account }]) => ({ id, service, account, last: undefined }))
  const moved = [...books].map(([id, { service, account, last }]) => ({ id, service, account, last }))
  for (const { id, service, account, last } of [...moved, ...known]) {
    if (seen.has(id) || !KEEP_BALANCES.includes(service)) continue
    seen.add(id)
    yield accuse(
      name,
      last?.purchase,
      `${service} publishes no balance for ${account}`,
      last ? [{ service, entry: last }] : [],
    )
  }
}

export const booksBalance: Invariant = {
  name,
  kind: 'always',
  promise:
    'Every published balance is its opening plus the ledger, what it says is held is so, and no ledger has a gap.',
  begin(run) {
    const books = new Map<string, Book>()
    const lastSeq = new Map<ServiceName, number>()
    let subjects = 0

    function add(service: ServiceName, entry: LedgerEntry): void {
      if (!MOVES_OR_LOCKS.has(entry.kind) || !keepsBook(service, entry)) return
      const { account, unit } = entry
      const id = nameOf(service, account, unit)
      const book = books.get(id) ?? emptyBook(service, account, unit)
      enter(book, entry)
      books.set(id, book)
    }

    // A mere count has no balance, and its accounts need not be few.
    function keepsBook(service: ServiceName, entry: LedgerEntry): boolean {
      return KEEP_BALANCES.includes(service) || run.balances[service].some(({ account }) => account === entry.account)
    }

    return {
      *entry(service, entry) {
        subjects++
        add(service, entry)
        const expected = (lastSeq.get(service) ?? 0) + 1
        lastSeq.set(service, entry.seq)
        if (entry.seq !== expected) {
          const sentence = `the ledger of ${service} goes on with entry ${entry.seq} where ${expected} should be`
          yield accuse(name, entry.purchase, sentence, [{ service, entry }])
        }
        if (!Number.isSafeInteger(entry.amount)) {
          const sentence = `entry ${entry.seq} of ${service} moves ${entry.amount}, which is no whole number`
          yield accuse(name, entry.purchase, sentence, [{ service, entry }])
        }
      },
      *end() {
        subjects += SERVICES.reduce((sum, service) => sum + run.balances[service].length, 0)
        yield* judgeBooks(run, books)
      },
      subjects: () => subjects,
    }
  },
}
