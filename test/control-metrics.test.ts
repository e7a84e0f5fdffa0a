/** Metrics, read back by the rules of the text format 0.0.4. */

import { describe, expect, it } from 'vitest'
import { metricFamilies } from '../src/control/metrics.ts'
import { metricsText } from '../src/control/metrics-text.ts'
import type { Snapshot } from '../src/core/live.ts'
import { exampleSnapshot } from './support/fake-live-control.ts'

interface Read {
  readonly types: Map<string, string>
  readonly helps: Map<string, string>
  /** By name and labels in their order. */
  readonly values: Map<string, number>
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(?:,|(?=\}))/
const VALUE = /^(?:[+-]Inf|NaN|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/

/** @throws for whatever Prometheus would stop at, and for families that are torn apart */
function readText(text: string): Read {
  const read: Read = { types: new Map(), helps: new Map(), values: new Map() }
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line has no end')
  let family = ''
  for (const line of text.split('\n').slice(0, -1)) {
    const [, what, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    const table = what === 'HELP' ? read.helps : read.types
    if (what !== undefined) {
      if (table.has(name)) throw new Error(`${name} has two ${what} lines`)
      if (what === 'TYPE' && !['counter', 'gauge', 'untyped'].includes(rest)) throw new Error(`a type ${rest}`)
      table.set(name, rest)
      family = name
      continue
    }
    const sample = readSample(line)
    if (sample.name !== family || !read.types.has(family)) throw new Error(`'${line}' stands in another family`)
    if (read.values.has(sample.series)) throw new Error(`'${sample.series}' is there twice`)
    read.values.set(sample.series, sample.value)
  }
  return read
}

function readSample(line: string): { name: string; series: string; value: number } {
  const name = NAME.exec(line)?.[0] ?? ''
  let rest = line.slice(name.length)
  const labels: string[] = []
  if (rest.startsWith('{')) {
    rest = rest.slice(1)
    while (!rest.startsWith('}')) {
      const label = LABEL.exec(rest)
      if (!label) throw new Error(`'${line}' has a label that is none, at '${rest}'`)
      labels.push(`${label[1]}=${label[2]?.replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c))}`)
      rest = rest.slice(label[0].length)
    }
    rest = rest.slice(1)
  }
  if (name === '' || !rest.startsWith(' ') || !VALUE.test(rest.slice(1))) throw new Error(`'${line}' is no sample`)
  return { name, series: [name, ...labels].join(' '), value: Number(rest.slice(1).replace('Inf', 'Infinity')) }
}

const metricsOf = (snapshot: Snapshot) => readText(metricsText(metricFamilies(snapshot)))
const V = 'variant=retry+key'

describe('the text', () => {
  it('escapes what would end a label or a line, and leaves out what would spoil the page', () => {
    const labels = { a: 'back\\slash "quoted"\nnext{},=', b: 'ü→\r' }
    const text = metricsText([
      {
        name: 'one',
        type: 'gauge',
        help: 'two\nlines \\ and "quotes"',
        samples: [
          { labels, value: 0.1 },
          { labels, value: 2 },
        ],
      },
      { name: 'none', type: 'counter', help: 'no samples', samples: [] },
      {
        name: 'odd',
        type: 'gauge',
        help: 'odd values',
        samples: [Infinity, -Infinity, NaN, 1e-9, -3].map((value, index) => ({ labels: { index: `${index}` }, value })),
      },
    ])
    expect(text.split('\n')[0]).toBe('# HELP one two\\nlines \\\\ and "quotes"')
    const { values, types } = readText(text)
    expect([...types]).toEqual([
      ['one', 'gauge'],
      ['odd', 'gauge'],
    ])
    expect([...values]).toEqual([
      ['one a=back\\slash "quoted"\nnext{},= b=ü→\r', 0.1],
      ['odd index=0', Infinity],
      ['odd index=1', -Infinity],
      ['odd index=2', NaN],
      ['odd index=3', 1e-9],
      ['odd index=4', -3],
    ])
  })

  it('is not what the reader above lets pass by mistake', () => {
    const head = '# TYPE a gauge\n'
    for (const bad of [
      'a',
      'a 1,5',
      'a{b=c} 1',
      'a{b="c} 1',
      'a{b="c\\d"} 1',
      '9a 1',
      'a 1\na 1',
      'b 1',
      'a{b="1"}1',
    ]) {
      expect(() => readText(`${head}${bad}\n`), bad).toThrow()
    }
    expect(() => readText(`${head}a 1`)).toThrow('no end')
    expect(readText(`${head}a{b="c",} 1e+21\n`).values.get('a b=c')).toBe(1e21)
  })
})

describe('the metrics', () => {
  const { values, types, helps } = metricsOf(exampleSnapshot())

  it('keep to the habits of names and units', () => {
    expect([...helps.keys()]).toEqual([...types.keys()])
    for (const [name, type] of types) {
      expect(name).toMatch(/^faultline_[a-z_]+[a-z]$/)
      expect(name.endsWith('_total'), name).toBe(type === 'counter')
      expect(name).not.toMatch(/_ms\b|millisecond/)
      expect(helps.get(name)).toMatch(/\.$/)
    }
    // A ghost is a recording; its numbers are not of now.
    for (const series of values.keys()) expect(series).toContain(V)
  })

  it.each([
    [`faultline_run_info ${V} scenario=prime-day mode=real seed=7`, 1],
    [`faultline_phase ${V} state=traffic`, 1],
    [`faultline_phase ${V} state=over`, 0],
    [`faultline_elapsed_seconds ${V}`, 12.345],
    [`faultline_service_up ${V} service=order`, 1],
    [`faultline_service_up ${V} service=payment`, 1],
    [`faultline_service_up ${V} service=bank`, 0],
    [`faultline_service_state ${V} service=payment state=slow`, 1],
    [`faultline_service_state ${V} service=payment state=up`, 0],
    [`faultline_service_requests_per_second ${V} service=fx`, 50],
    [`faultline_service_requests_in_flight ${V} service=fx`, 2],
    [`faultline_service_latency_seconds ${V} service=order`, 0.00425],
    [`faultline_service_latency_seconds ${V} service=bank`, undefined],
    [`faultline_service_latency_seconds ${V} service=fx`, undefined],
    [`faultline_service_strikes_total ${V} service=order`, 5],
    [`faultline_service_incarnation ${V} service=order`, 2],
    [`faultline_breaker_state ${V} edge=order→payment policy=breaker state=open`, 1],
    [`faultline_breaker_state ${V} edge=payment→bank policy=breaker state=open`, 0],
    [`faultline_breaker_half_open_in_seconds ${V} edge=order→payment policy=breaker`, 1.5],
    [`faultline_breaker_half_open_in_seconds ${V} edge=payment→bank policy=breaker`, undefined],
    [`faultline_compartment_calls_in_flight ${V} edge=order→payment`, 3],
    [`faultline_compartment_calls_queued ${V} edge=order→payment`, 1],
    [`faultline_compartment_limit ${V} edge=order→payment`, 10],
    [`faultline_compartment_limit ${V} edge=payment→bank`, undefined],
    [`faultline_orders_planned ${V}`, 200],
    [`faultline_orders_arrived_total ${V}`, 90],
    [`faultline_orders ${V} state=open`, 4],
    [`faultline_orders ${V} state=confirmed`, 80],
    [`faultline_goodput_orders_per_second ${V}`, 48.6],
    [`faultline_order_latency_seconds ${V} percentile=50`, 0.0125],
    [`faultline_order_latency_seconds ${V} percentile=99`, undefined],
    [`faultline_violations ${V} invariant=charged-at-most-once`, 2],
    [`faultline_money_lost_cents ${V} currency=USD`, 59_900],
    [`faultline_gremlin_tosses_total ${V} name=delay@payment gremlin=delay service=payment`, 40],
    [`faultline_gremlin_strikes_total ${V} name=delay@payment gremlin=delay service=payment`, 12],
    [`faultline_gremlin_state ${V} name=night gremlin=crash service=payment state=off`, 1],
    [`faultline_gremlin_probability_ratio ${V} name=night gremlin=crash service=payment`, 0.3],
    [`faultline_policy_on ${V} policy=breaker`, 1],
    [`faultline_policy_on ${V} policy=rate-limit`, 0],
    [`faultline_traffic_on ${V}`, 1],
  ])('%s is %s', (series, value) => {
    expect(values.get(series)).toBe(value)
  })

  it('are still a page when names are chosen to break it, and when two things have the same', () => {
    const snapshot = exampleSnapshot()
    const [variant] = snapshot.variants
    if (!variant) throw new Error('there is a variant')
    const [gremlin] = variant.gremlins
    if (!gremlin) throw new Error('there is a gremlin')
    const odd = { ...variant, name: '"}\n# TYPE x y\\', gremlins: [gremlin, gremlin] }
    const read = metricsOf({ ...snapshot, scenario: 'a\\n"b', variants: [odd, odd] })
    expect(read.values.get(`faultline_traffic_on variant=${odd.name}`)).toBe(1)
    expect(metricsOf({ ...snapshot, variants: [] }).values.size).toBe(0)
  })
})
