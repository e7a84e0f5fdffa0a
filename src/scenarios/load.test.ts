import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Document, parseDocument, stringify } from 'yaml'
import { EDGES } from '../core/topology.ts'
import { loadScenarios } from './load.ts'
import { formatMistake } from './mistakes.ts'

const SHIPPED = readFileSync(new URL('../../scenarios.yaml', import.meta.url), 'utf8')

const GOOD = `version: 1
variants:
  naive: { workflow: { sequential: { stock: ask-then-deduct } } }
  retry: { edges: { '*': [retry: { maxAttempts: 3 }] } }
scenarios:
  one:
    title: One
    products: { console: { priceCents: 50000, stock: 10 } }
    accounts: { alice: { currency: USD, openingCents: 100000 } }
    traffic: { orders: 10, ratePerSecond: 5 }
    gremlins:
      - latency: { on: payment, fromMs: 5, toMs: 9 }
    variants: [naive, retry]
`

/** The good file with one thing changed; `path` as in yaml's `setIn`. */
function changed(path: readonly (string | number)[], value: unknown): string {
  const document: Document = parseDocument(GOOD)
  document.setIn(path, document.createNode(value))
  return document.toString()
}

function mistakesIn(text: string): string[] {
  const loaded = loadScenarios(text, 'my.yaml')
  return loaded.ok ? [] : loaded.mistakes.map(formatMistake)
}

function load(text: string) {
  const loaded = loadScenarios(text, 'my.yaml')
  if (!loaded.ok) throw new Error(loaded.mistakes.map(formatMistake).join('\n'))
  return loaded.file
}

describe('a good file', () => {
  it('gives scenarios with defaults filled in', () => {
    const [scenario] = load(GOOD).scenarios
    expect(scenario).toMatchObject({
      name: 'one',
      about: '',
      baseCurrency: 'USD',
      ratesMicro: {},
      products: [{ name: 'console', priceCents: 50_000, stock: 10, weight: 1 }],
      accounts: [{ name: 'alice', currency: 'USD', openingCents: 100_000, weight: 1 }],
      traffic: { orders: 10, ratePerSecond: 5, arrivals: 'poisson', shape: { kind: 'constant' }, mostUnits: 1 },
      buyers: { patienceMs: 2_000, refreshes: 0, pauseMs: 100 },
      expectations: { naive: { holds: [], violated: [], allowed: [], bounds: [] } },
    })
  })

  it('keeps a gremlin’s own options apart from the wrapper’s fields', () => {
    const text = changed(
      ['scenarios', 'one', 'gremlins'],
      [{ latency: { on: 'payment', fromMs: 5, toMs: 9, probability: 0.5, window: { fromMs: 100, toMs: 200 } } }],
    )
    expect(load(text).scenarios[0]?.gremlins).toEqual([
      {
        name: 'latency@payment',
        gremlin: 'latency',
        on: 'payment',
        operations: [],
        purchases: [],
        attempts: [],
        probability: 0.5,
        fromMs: 100,
        toMs: 200,
        options: { distribution: 'uniform', fromMs: 5, toMs: 9 },
      },
    ])
  })

  it('makes one setting for each service, and names them apart', () => {
    const text = changed(
      ['scenarios', 'one', 'gremlins'],
      [
        { 'dropped-answer': { on: ['inventory', 'payment'] } },
        { 'dropped-answer': { on: 'inventory', attempts: [2] } },
        { 'dropped-answer': { on: ['bank', 'fx'], name: 'mine' } },
      ],
    )
    expect(load(text).scenarios[0]?.gremlins.map(({ name }) => name)).toEqual([
      'dropped-answer@inventory',
      'dropped-answer@payment',
      'dropped-answer@inventory-2',
      'mine@bank',
      'mine@fx',
    ])
  })

  it.each([
    ['constant', { kind: 'constant' }],
    [{ ramp: { toPerSecond: 50 } }, { kind: 'ramp', toPerSecond: 50 }],
    [
      { spike: { spikePerSecond: 50, fromMs: 10, toMs: 20 } },
      { kind: 'spike', spikePerSecond: 50, fromMs: 10, toMs: 20 },
    ],
  ])('reads the shape %j', (written, shape) => {
    expect(load(changed(['scenarios', 'one', 'traffic', 'shape'], written)).scenarios[0]?.traffic.shape).toEqual(shape)
  })

  it('reads bounds and rates', () => {
    const text = changed(['scenarios', 'one', 'expect'], { naive: { p99MsAtMost: 900, violated: ['books-balance'] } })
    expect(load(text).scenarios[0]?.expectations.naive).toEqual({
      holds: [],
      violated: ['books-balance'],
      allowed: [],
      bounds: [{ metric: 'p99-ms-at-most', value: 900 }],
    })
    expect(load(changed(['scenarios', 'one', 'rates'], { EUR: 0.921234 })).scenarios[0]?.ratesMicro).toEqual({
      EUR: 921_234,
    })
  })
})

describe('variants', () => {
  const variantsOf = (text: string) => load(text).scenarios[0]?.variants ?? []

  it('write out * for every edge, and let a named edge win, with either arrow', () => {
    const text = changed(['variants', 'retry', 'edges'], {
      'order->payment': [],
      '*': ['idempotency-key'],
      'payment→bank': ['timeout'],
    })
    const bad = mistakesIn(text)
    // A timeout has an option without a default.
    expect(bad).toEqual([expect.stringContaining('variants.retry.edges.payment→bank[0].afterMs: is missing')])
    const good = changed(['variants', 'retry', 'edges'], { 'order->payment': [], '*': ['idempotency-key'] })
    const retry = variantsOf(good).find(({ name }) => name === 'retry')
    expect(Object.keys(retry?.edges ?? {})).toEqual([...EDGES])
    expect(retry?.edges['order→payment']).toEqual([])
    expect(retry?.edges['payment→fx']).toEqual([{ policy: 'idempotency-key', options: {} }])
  })

  it('fill in the options of their policies and workflow', () => {
    const [naive, retry] = variantsOf(GOOD)
    expect(naive?.workflow).toEqual({ workflow: 'sequential', options: { stock: 'ask-then-deduct' } })
    expect(retry?.workflow).toEqual({ workflow: 'sequential', options: { stock: 'reserve' } })
    expect(retry?.edges['order→payment'][0]).toMatchObject({
      policy: 'retry',
      options: { maxAttempts: 3, jitter: 'full' },
    })
  })

  it('can be written in place and extend others, also others in place', () => {
    const text = changed(
      ['scenarios', 'one', 'variants'],
      [
        'retry',
        { second: { extends: 'first', buyer: { key: 'per-purchase' } } },
        { first: { extends: 'retry', participants: { keys: 'as-taught' }, edges: { 'payment->fx': [] } } },
      ],
    )
    const [retry, second] = variantsOf(text)
    expect(second).toMatchObject({
      name: 'second',
      participants: { keys: 'as-taught', history: 'inline' },
      buyer: { key: 'per-purchase' },
      edges: { 'order→payment': retry?.edges['order→payment'], 'payment→fx': [] },
    })
  })
})

describe('every mistake has a place, a reason and a remedy', () => {
  const gremlin = (body: unknown) => changed(['scenarios', 'one', 'gremlins'], [body])
  const scenario = (key: string, value: unknown) => changed(['scenarios', 'one', key], value)

  it.each<[string, string, string]>([
    ['an unknown key', scenario('titel', 'x'), "titel: unknown key; did you mean 'title'?"],
    [
      'an unknown gremlin',
      gremlin({ latensy: { on: 'payment' } }),
      "gremlins[0]: unknown gremlin 'latensy'; did you mean 'latency'?",
    ],
    [
      'an unknown service',
      gremlin({ 'dropped-answer': { on: 'inventry' } }),
      "gremlins[0].on: unknown service 'inventry'; did you mean 'inventory'?",
    ],
    [
      'no service',
      gremlin({ 'dropped-answer': {} }),
      'gremlins[0].on: is missing; give a service or a list of services: order, payment',
    ],
    [
      'a service twice',
      gremlin({ 'dropped-answer': { on: ['fx', 'fx'] } }),
      "gremlins[0].on[1]: 'fx' is listed twice; remove one",
    ],
    ['a bare gremlin', gremlin('outage'), "gremlins[0]: must say on which service, as in 'outage: { on: inventory }'"],
    [
      'a probability beyond 1',
      gremlin({ 'dropped-answer': { on: 'fx', probability: 2 } }),
      'gremlins[0].probability: must be at most 1',
    ],
    [
      'an unknown option of a gremlin',
      gremlin({ 'dropped-answer': { on: 'fx', atempts: [1] } }),
      "gremlins[0].atempts: unknown key; did you mean 'attempts'?",
    ],
    [
      'a wrong option of a gremlin',
      gremlin({ 'error-answer': { on: 'fx', status: 200 } }),
      'gremlins[0].status: must be at least 500',
    ],
    [
      'an unknown operation',
      gremlin({ 'dropped-answer': { on: 'fx', operations: ['doo'] } }),
      "gremlins[0].operations[0]: unknown value 'doo'; did you mean 'do'?",
    ],
    [
      'an operation of others',
      gremlin({ 'dropped-answer': { on: 'order', operations: ['do'] } }),
      "gremlins[0].operations[0]: order has no operation 'do'; it has place",
    ],
    [
      'a strike that cannot be',
      gremlin({ 'crash-after-commit': { on: 'inventory', operations: ['query'] } }),
      'a query commits nothing',
    ],
    [
      'calls for a window gremlin',
      gremlin({ outage: { on: 'fx', attempts: [1] } }),
      'gremlins[0].attempts: outage strikes a service for a while',
    ],
    [
      'an impossible window',
      gremlin({ outage: { on: 'fx', window: { fromMs: 9, toMs: 9 } } }),
      'gremlins[0].window.toMs: must be more than fromMs',
    ],
    [
      'no such purchase',
      gremlin({ 'dropped-answer': { on: 'fx', purchases: ['p-11'] } }),
      'gremlins[0].purchases[0]: there are only 10 orders',
    ],
    [
      'a purchase that is none',
      gremlin({ 'dropped-answer': { on: 'fx', purchases: ['7'] } }),
      'must be the id of a purchase, such as p-1',
    ],
    [
      'two names in one entry',
      gremlin({ outage: { on: 'fx' }, latency: { on: 'fx' } }),
      'gremlins[0]: must be the name of a gremlin, or one name with its options below it, not 2 names',
    ],
    [
      'a bad distribution',
      gremlin({ latency: { on: 'fx', distribution: 'unform' } }),
      "gremlins[0].distribution: unknown value 'unform'; did you mean 'uniform'?",
    ],
    [
      'an unknown policy',
      changed(['variants', 'retry', 'edges'], { '*': ['retri'] }),
      "variants.retry.edges.*[0]: unknown policy 'retri'; did you mean 'retry'?",
    ],
    [
      'a wrong option of a policy',
      changed(['variants', 'retry', 'edges'], { '*': [{ retry: { maxAtempts: 3 } }] }),
      "variants.retry.edges.*[0].maxAtempts: unknown key; did you mean 'maxAttempts'?",
    ],
    [
      'an unknown edge',
      changed(['variants', 'retry', 'edges'], { 'order->paymant': [] }),
      "unknown edge 'order->paymant'; did you mean 'order→payment'?",
    ],
    [
      'an edge twice',
      changed(['variants', 'retry', 'edges'], { 'order->payment': [], 'order→payment': [] }),
      'order→payment is written twice',
    ],
    [
      'an unknown workflow',
      changed(['variants', 'naive', 'workflow'], { sequental: {} }),
      "variants.naive.workflow: unknown workflow 'sequental'; did you mean 'sequential'?",
    ],
    [
      'a wrong option of a workflow',
      changed(['variants', 'naive', 'workflow'], { sequential: { stock: 'reserv' } }),
      "variants.naive.workflow.stock: unknown value 'reserv'; did you mean 'reserve'?",
    ],
    [
      'an unknown base',
      changed(['variants', 'naive', 'extends'], 'retri'),
      "variants.naive.extends: unknown variant 'retri'; did you mean 'retry'?",
    ],
    [
      'a circle of bases',
      changed(['variants', 'naive', 'extends'], 'naive'),
      'variants.naive.extends: extends itself (naive → naive)',
    ],
    [
      'an unknown variant',
      scenario('variants', ['naiv']),
      "variants[0]: unknown variant 'naiv'; did you mean 'naive'?",
    ],
    ['a variant twice', scenario('variants', ['naive', 'naive']), "variants[1]: 'naive' is listed twice"],
    [
      'a variant in place with a taken name',
      scenario('variants', [{ naive: {} }]),
      "there is a variant 'naive' in variants already",
    ],
    ['no variant', scenario('variants', []), 'variants: must have at least 1 entry'],
    [
      'an expectation for a variant that is not run',
      changed(['scenarios', 'one'], { ...sample(), variants: ['naive'], expect: { retry: {} } }),
      "expect.retry: this scenario does not run 'retry'; add it to variants or remove this",
    ],
    [
      'an expectation for an unknown variant',
      scenario('expect', { naiv: {} }),
      "expect.naiv: unknown variant 'naiv'; did you mean 'naive'?",
    ],
    [
      'an unknown invariant',
      scenario('expect', { naive: { violated: ['never-oversolt'] } }),
      "expect.naive.violated[0]: unknown value 'never-oversolt'; did you mean 'never-oversold'?",
    ],
    [
      'an invariant expected twice',
      scenario('expect', { naive: { violated: ['books-balance'], holds: ['books-balance'] } }),
      "'books-balance' is in 'holds' already",
    ],
    [
      'too many orders',
      changed(['scenarios', 'one', 'traffic', 'orders'], 1_000_001),
      'traffic.orders: must be at most 1000000',
    ],
    ['no orders', changed(['scenarios', 'one', 'traffic', 'orders'], 0), 'traffic.orders: must be at least 1'],
    [
      'half an order',
      changed(['scenarios', 'one', 'traffic', 'orders'], 1.5),
      'traffic.orders: must be a whole number, not 1.5',
    ],
    [
      'a rate of nothing',
      changed(['scenarios', 'one', 'traffic', 'ratePerSecond'], 0),
      'traffic.ratePerSecond: must be more than 0',
    ],
    [
      'an unknown shape',
      changed(['scenarios', 'one', 'traffic', 'shape'], 'spyke'),
      "traffic.shape: unknown shape 'spyke'; did you mean 'spike'?",
    ],
    [
      'a currency without a rate',
      changed(['scenarios', 'one', 'accounts', 'alice', 'currency'], 'EUR'),
      'accounts.alice.currency: there is no rate for EUR; add it to rates',
    ],
    ['a rate for the base currency', scenario('rates', { USD: 1 }), 'rates.USD: is the base currency'],
    [
      'a currency that is none',
      scenario('baseCurrency', 'usd'),
      'baseCurrency: must be a currency code of three capital letters',
    ],
    ['nothing for sale', scenario('products', {}), 'products: must name at least one'],
    [
      'nothing that is ever bought',
      changed(['scenarios', 'one', 'products', 'console', 'weight'], 0),
      'products: at least one must have a weight above 0',
    ],
    ['escape sequences in a title', scenario('title', 'a\u001b[2Jb'), 'title: must not contain control characters'],
    ['a bad name', changed(['scenarios', '../x'], sample()), 'scenarios.../x: the name must be 1 to 60 of a-z'],
    ['a scenario that is none', changed(['scenarios', 'two'], 3), 'must be a mapping of names to values, not 3'],
    ['no scenario', changed(['scenarios'], {}), 'scenarios: must name at least one scenario'],
    ['another version', changed(['version'], 2), "version: must be '1', not 2"],
    [
      'an empty file',
      '',
      "a scenario file is a mapping with version, variants and scenarios, not nothing; 'faultline init'",
    ],
    ['a tab', 'version: 1\nscenarios:\n\tone: 1\n', 'a tab is used to indent; use spaces'],
    ['an open bracket', 'version: [1', 'and every bracket is closed'],
    ['an open quote', 'version: "1', 'a closing quote, bracket or comma is missing'],
    [
      'a colon in a text',
      GOOD.replace('title: One', 'title: One: two'),
      "there is a second ': ' in this line; a text that holds one must be in quotes",
    ],
    ['a name twice', `${GOOD}  one: {}\n`, "'one' is written twice here; remove one of them"],
    ['a second document', `${GOOD}---\na: 1\n`, 'there is a second document'],
    ['a tag', changed(['version'], 1).replace('version: 1', 'version: !one 1'), 'Unresolved tag'],
    ['an anchor that is missing', GOOD.replace('version: 1', 'version: *one'), 'Unresolved alias'],
  ])('%s', (_, text, said) => {
    const mistakes = mistakesIn(text)
    expect(mistakes.join('\n')).toContain(said)
    for (const mistake of mistakes) expect(mistake).toMatch(/^my\.yaml:\d+:\d+ /)
  })

  it('says line and column of the value, and of the key where that is wrong', () => {
    const text = GOOD.replace('fromMs: 5,', 'fromMs: 5, probability: 2, atempts: [1],')
    const line = text.split('\n')[11]!
    expect(mistakesIn(text)).toEqual([
      `my.yaml:12:${line.indexOf('2, atempts') + 1} gremlins[0].probability: must be at most 1`,
      `my.yaml:12:${line.indexOf('atempts') + 1} gremlins[0].atempts: unknown key; did you mean 'attempts'?`,
    ])
  })

  it('says them all at once, in the order of the file', () => {
    const text = GOOD.replace('maxAttempts: 3', 'maxAttempts: none')
      .replace('stock: 10', 'stock: ten')
      .replace('on: payment', 'on: paiment')
      .replace('[naive, retry]', '[naive, retri]')
    expect(mistakesIn(text).map((mistake) => mistake.replace(/^my\.yaml:(\d+):.*? (.*?): .*/, '$1 $2'))).toEqual([
      '4 variants.retry.edges.*[0].maxAttempts',
      '8 products.console.stock',
      '12 gremlins[0].on',
      '13 variants[1]',
    ])
  })

  it('finds the place through an alias', () => {
    const text = GOOD.replace('products: {', 'products: &goods {').replace('stock: 10', 'stock: ten')
    const twice = `${text}  two:\n    title: Two\n    products: *goods\n    accounts: { a: { currency: USD, openingCents: 1 } }\n    traffic: { orders: 1, ratePerSecond: 1 }\n    variants: [naive]\n`
    expect(mistakesIn(twice)).toEqual([
      expect.stringMatching(/^my\.yaml:8:\d+ products.console.stock: must be a number, not the text 'ten'/),
    ])
  })
})

/** The good file's scenario as plain values. */
function sample(): Record<string, unknown> {
  return (parseDocument(GOOD).toJS() as { scenarios: { one: Record<string, unknown> } }).scenarios.one
}

describe('whatever is in the file', () => {
  it('is scenarios or mistakes, never an exception (any text)', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => isAnswer(text)))
  })

  it('is scenarios or mistakes, never an exception (any JSON)', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => isAnswer(JSON.stringify(value))))
  })

  it('is scenarios or mistakes, never an exception (anything in any place)', () => {
    const good = parseDocument(GOOD).toJS() as object
    fc.assert(
      fc.property(fc.constantFrom(...pathsIn(good)), fc.jsonValue({ maxDepth: 3 }), (path, value) => {
        isAnswer(changed(path, value))
      }),
    )
  })

  it('is refused when it is nested without end, or multiplies by aliases', () => {
    expect(mistakesIn('['.repeat(50_000))).toEqual([expect.stringContaining('nested too deeply')])
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefgh'.split('').map((name, i) => `${name}: &${name} [${`*${'abcdefgh'[i]}, `.repeat(9)}]`),
    ]
    expect(mistakesIn(bomb.join('\n'))).toEqual([expect.stringContaining('cannot be read as YAML')])
  })

  it('cannot reach what every object inherits', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      const text = changed(['scenarios', 'one', 'gremlins'], [{ [name]: { on: 'fx' } }])
      expect(mistakesIn(text).join('\n')).toMatch(/unknown gremlin|must be the name of a gremlin/)
      expect(mistakesIn(changed(['scenarios', 'one', 'variants'], [name])).join('\n')).toContain('unknown variant')
    }
  })
})

function isAnswer(text: string): void {
  const loaded = loadScenarios(text, 'my.yaml')
  if (!loaded.ok) expect(loaded.mistakes.length).toBeGreaterThan(0)
}

function pathsIn(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path]
  const inner = Object.entries(value).flatMap(([key, each]) =>
    pathsIn(each, [...path, Array.isArray(value) ? Number(key) : key]),
  )
  return path.length === 0 ? inner : [path, ...inner]
}

describe('the scenarios that Faultline comes with', () => {
  const file = load(SHIPPED)
  const byName = new Map(file.scenarios.map((scenario) => [scenario.name, scenario]))

  it('are those that the documentation names, the default first', () => {
    expect([...byName.keys()]).toEqual([
      'schrodingers-warehouse',
      'double-deduction',
      'phantom-stock',
      'last-console',
      'impatient-buyer',
      'one-lost-answer',
      'calm',
    ])
    expect(file.variants.map(({ name }) => name)).toEqual([
      'naive',
      'timeout',
      'retry',
      'retry+key-as-taught',
      'retry+key',
    ])
  })

  it('expect something of every variant they run', () => {
    for (const { variants } of parseShipped()) expect(variants.expected).toEqual(variants.run)
  })

  it('differ in retries only by the key', () => {
    const retryOf = (name: string) => {
      const variant = file.variants.find((each) => each.name === name)
      return variant?.edges['order→payment'].find(({ policy }) => policy === 'retry')
    }
    expect(retryOf('retry+key')).toEqual(retryOf('retry'))
    expect(retryOf('retry+key-as-taught')).toEqual(retryOf('retry'))
  })

  it('include one without gremlins and one without chance', () => {
    expect(byName.get('calm')?.gremlins).toEqual([])
    expect(byName.get('one-lost-answer')?.gremlins).toMatchObject([
      { probability: 1, purchases: ['p-1'], attempts: [1] },
    ])
  })

  it('survive being written as YAML again', () => {
    const again = stringify(parseDocument(SHIPPED).toJS())
    expect(load(again).scenarios).toEqual(file.scenarios)
  })
})

function parseShipped() {
  const { scenarios } = parseDocument(SHIPPED).toJS() as {
    scenarios: Record<string, { variants: string[]; expect: object }>
  }
  return Object.values(scenarios).map(({ variants, expect: expected }) => ({
    variants: { run: variants, expected: Object.keys(expected) },
  }))
}
