import { describe, expect, it } from 'vitest'
import { changed, GOOD, mistakesIn, sample } from '../../../test/support/scenario-text.ts'

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
      "gremlins[0].operations[0]: order has no operation 'do'; it has place, inquire",
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
    [
      'what is wrong with a gremlin that nobody knows',
      scenario('gremlins', [{ latensy: { on: 'inventory', probability: 3 } }]),
      'gremlins[0].probability: must be at most 1',
    ],
    ['escape sequences in a title', scenario('title', 'a\u001b[2Jb'), 'title: must not contain control characters'],
    [
      'the name of the link',
      changed(['scenarios', 'latest'], sample()),
      'scenarios.latest: the name must be 1 to 60 of a-z',
    ],
    [
      'the name of the folder of baselines',
      changed(['scenarios', 'baselines'], sample()),
      'scenarios.baselines: the name must be 1 to 60 of a-z',
    ],
    ...['junit.xml', 'summary.md', 'report.html', 'result.json', 'poster.png'].map((name): [string, string, string] => [
      `a variant with the name of ${name}`,
      changed(['variants', name], {}),
      `variants.${name}: the name must be 1 to 60 of a-z`,
    ]),
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
