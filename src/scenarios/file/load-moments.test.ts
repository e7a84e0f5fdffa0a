/** Where gremlins may wait, as the scenario file says it. */

import { describe, expect, it } from 'vitest'
import { changed, mistakesIn } from '../../../test/support/scenario-text.ts'
import { loadText } from '../../../test/support/shipped-scenarios.ts'
import { POINTS, type Point } from '../../core/point.ts'
import { SERVICES, type ServiceName } from '../../core/topology.ts'
import { GREMLINS } from '../../gremlins/catalogue.ts'
import { WORKFLOWS } from '../../patterns/workflows/catalogue.ts'
import { momentsOf } from './moments.ts'

const gremlins = (...bodies: unknown[]) => changed(['scenarios', 'one', 'gremlins'], bodies)
/** The mistakes of one gremlin, without file, line and column. */
const said = (body: unknown) => mistakesIn(gremlins(body)).map((mistake) => mistake.replace(/^my\.yaml:\d+:\d+ /, ''))

describe('moments', () => {
  it('are kept, with the gremlin’s own options beside them', () => {
    const text = gremlins({ pause: { on: 'order', at: ['after-decision', 'between-steps'], fromMs: 20, toMs: 40 } })
    expect(loadText(text).scenarios[0]?.gremlins).toMatchObject([
      { name: 'pause@order', at: ['after-decision', 'between-steps'], fromMs: 0, options: { fromMs: 20, toMs: 40 } },
    ])
  })

  it('may be any that the service passes, and no other', () => {
    const always = ['before-work', 'after-commit'] as const
    const asking = [...always, 'while-recovering'] as const
    const passed: Record<ServiceName, readonly Point[]> = {
      order: POINTS,
      payment: asking,
      inventory: asking,
      bank: asking,
      notification: always,
      fx: always,
      logging: always,
    }
    for (const service of SERVICES) {
      expect(momentsOf(service)).toEqual(passed[service])
      for (const point of POINTS) {
        const wrong = said({ crash: { on: service, at: [point] } })
        if (passed[service].includes(point)) expect(wrong).toEqual([])
        else
          expect(wrong).toEqual([
            `gremlins[0].at[0]: ${service} never passes '${point}'; it passes ${passed[service].join(', ')}`,
          ])
      }
    }
  })

  it.each(Object.values(WORKFLOWS))('of $name are passed by the order service', ({ points }) => {
    expect(momentsOf('order')).toEqual(expect.arrayContaining([...points]))
  })

  it.each<[string, unknown, string[]]>([
    [
      'none',
      { crash: { on: 'inventory' } },
      [
        "gremlins[0].at: is missing; say at which moments crash strikes, as in 'at: [after-commit]'; inventory passes before-work, after-commit, while-recovering",
      ],
    ],
    [
      'none, of several services',
      { crash: { on: ['order', 'fx'] } },
      [
        "gremlins[0].at: is missing; say at which moments crash strikes, as in 'at: [after-commit]'; order and fx pass before-work, after-commit",
      ],
    ],
    ['an empty list', { crash: { on: 'order', at: [] } }, ['gremlins[0].at: must have at least 1 entry']],
    ['nothing', { crash: { on: 'order', at: null } }, ['gremlins[0].at: is missing; give a list']],
    [
      'one that is none',
      { crash: { on: 'order', at: ['aftervote'] } },
      ["gremlins[0].at[0]: unknown value 'aftervote'; did you mean 'after-vote'?"],
    ],
    [
      'a text instead of a list',
      { crash: { on: 'order', at: 'after-vote' } },
      ["gremlins[0].at: must be a list, not the text 'after-vote'"],
    ],
    [
      'one twice',
      { crash: { on: 'order', at: ['after-vote', 'after-vote'] } },
      ["gremlins[0].at[1]: 'after-vote' is listed twice; remove one of them"],
    ],
    [
      'one that one of the services never passes',
      { crash: { on: ['order', 'fx'], at: ['before-work', 'after-vote'] } },
      ["gremlins[0].at[1]: fx never passes 'after-vote'; it passes before-work, after-commit"],
    ],
    [
      'moments for a gremlin around a call',
      { 'dropped-answer': { on: 'order', at: ['after-vote'] } },
      [
        'gremlins[0].at: dropped-answer strikes around a call; remove this, or use a gremlin that waits at named moments: crash, pause',
      ],
    ],
    [
      'moments for a gremlin with one of its own',
      { 'crash-after-commit': { on: 'order', at: ['after-vote'] } },
      [
        'gremlins[0].at: crash-after-commit strikes at one moment of its own, after-commit; remove this, or use a gremlin that waits at named moments: crash, pause',
      ],
    ],
    [
      'moments for a window',
      { outage: { on: 'order', at: ['after-vote'] } },
      [
        'gremlins[0].at: outage strikes for a while; remove this, or use a gremlin that waits at named moments: crash, pause',
      ],
    ],
    [
      'an operation that is not under way then',
      { crash: { on: 'order', at: ['after-vote'], operations: ['place'] } },
      ["gremlins[0].operations[0]: order passes none of these moments with 'place', only with prepare"],
    ],
    [
      'a moment that the operations leave out',
      { crash: { on: 'order', at: ['after-vote', 'before-decision'], operations: ['prepare'] } },
      ["gremlins[0].at[1]: order passes 'before-decision' only with place; add that to operations or remove this"],
    ],
    [
      'a query',
      { crash: { on: 'bank', at: ['before-work'], operations: ['query'] } },
      [
        "gremlins[0].operations[0]: bank passes none of these moments with 'query', only with do, undo, prepare, commit, abort",
      ],
    ],
    [
      'everything that is wrong at once',
      { pause: { on: 'fx', at: ['after-vote'], operations: ['place'], fromMs: 9, toMs: 3 } },
      [
        "gremlins[0].at[0]: fx never passes 'after-vote'; it passes before-work, after-commit",
        "gremlins[0].operations[0]: fx passes none of these moments with 'place', only with do, undo, prepare, commit, abort",
        'gremlins[0].toMs: must be at least fromMs',
      ],
    ],
  ])('%s', (_, body, wanted) => {
    expect(said(body)).toEqual(wanted)
  })

  it.each([
    { crash: { on: 'order', at: ['before-work'], operations: ['inquire'] } },
    { crash: { on: 'order', at: ['after-vote', 'between-commits'], operations: ['prepare', 'commit'] } },
    { crash: { on: 'order', at: ['between-steps', 'while-compensating'], operations: ['do', 'undo'] } },
    { crash: { on: ['inventory', 'bank'], at: ['while-recovering'], operations: ['inquire'] } },
    { 'crash-after-commit': { on: 'payment', operations: ['inquire', 'prepare'] } },
    { 'dropped-answer': { on: ['order', 'payment'], operations: ['inquire'] } },
  ])('lets %j be', (body) => {
    expect(said(body)).toEqual([])
  })

  it('knows that others answer no inquiries', () => {
    expect(said({ 'dropped-answer': { on: 'bank', operations: ['inquire'] } })).toEqual([
      "gremlins[0].operations[0]: bank has no operation 'inquire'; it has query, do, undo, prepare, commit, abort",
    ])
    expect(said({ 'crash-after-commit': { on: 'order', operations: ['inquire'] } })).toEqual([
      'gremlins[0].operations[0]: crash-after-commit strikes where work is committed, and there order passes place',
    ])
  })

  it('are those of gremlins that wait at any', () => {
    const waiting = Object.values(GREMLINS).filter(({ place }) => place === 'point')
    expect(waiting.map(({ name }) => name)).toEqual(['crash', 'pause'])
  })
})
