/** Variants that fit together: keys, votes and reservations. */

import { describe, expect, it } from 'vitest'
import { changed, mistakesIn } from '../../../test/support/scenario-text.ts'
import { loadText } from '../../../test/support/shipped-scenarios.ts'
import { WORKFLOWS } from '../../patterns/workflows/catalogue.ts'

const KEYED = { edges: { '*': ['idempotency-key'] }, participants: { keys: 'required' } }
const WORK = 'order→inventory, order→payment, order→notification, payment→bank, payment→fx, payment→logging'
const INQUIRIES = 'inventory→order, payment→order, bank→payment'

/** The file with these variants; the first one takes the place of 'naive', which the scenario runs. */
function file(variants: Readonly<Record<string, unknown>>): string {
  return changed(['variants'], { naive: {}, retry: {}, ...variants })
}
const said = (variants: Readonly<Record<string, unknown>>) =>
  mistakesIn(file(variants)).map((mistake) => mistake.replace(/^my\.yaml:\d+:\d+ /, ''))
const variantsOf = (text: string) => loadText(text).variants

describe('holds and reservations', () => {
  it('come from the base, also where it says null', () => {
    const [, , base, same, other] = variantsOf(
      file({
        base: { participants: { holds: 'ignored', reservationMs: 800 } },
        same: { extends: 'base', participants: { history: 'outbox' } },
        other: { extends: 'base', participants: { holds: 'counted', reservationMs: null } },
      }),
    )
    expect(base?.participants).toMatchObject({ holds: 'ignored', reservationMs: 800 })
    expect(same?.participants).toEqual({ keys: 'ignored', history: 'outbox', holds: 'ignored', reservationMs: 800 })
    expect(other?.participants).toMatchObject({ holds: 'counted', reservationMs: null })
  })

  it.each<[object, string]>([
    [{ reservationMs: 0 }, 'reservationMs: must be at least 1'],
    [{ reservationMs: -5 }, 'reservationMs: must be at least 1'],
    [{ reservationMs: 1.5 }, 'reservationMs: must be a whole number, not 1.5'],
    [{ reservationMs: 'soon' }, "reservationMs: must be a number, not the text 'soon'"],
    [{ reservationMs: 3_600_001 }, 'reservationMs: must be at most 3600000'],
    [{ holds: 'count' }, "holds: unknown value 'count'; did you mean 'counted'?"],
    [{ hold: 'counted' }, "hold: unknown key; did you mean 'holds'?"],
  ])('refuse %j', (participants, wrong) => {
    expect(said({ mine: { participants } })).toEqual([`variants.mine.participants.${wrong}`])
  })
})

describe('votes', () => {
  const base = { ...KEYED, workflow: '2pc-as-taught' }
  const wrong =
    'the workflow 2pc-as-taught never answers a participant in doubt, which would hold and ask for ever; ' +
    'give participants a reservationMs, such as 1500, or use the workflow 2pc'

  it('must expire where the workflow tells nobody in doubt anything', () => {
    expect(said({ mine: base })).toEqual([`variants.mine: ${wrong}`])
    const expiring = { ...base, participants: { keys: 'required', reservationMs: 1_500 } }
    expect(said({ base: expiring, mine: { extends: 'base' } })).toEqual([])
    expect(said({ base: expiring, mine: { extends: 'base', participants: { reservationMs: null } } })).toEqual([
      `variants.mine: ${wrong}`,
    ])
  })

  it('may wait where they are told, and nobody waits where nobody votes', () => {
    for (const workflow of ['2pc', 'saga', 'saga-as-taught', 'sequential'])
      expect(said({ mine: { ...base, workflow } })).toEqual([])
  })
})

describe('keys', () => {
  const needing = Object.values(WORKFLOWS).filter(({ operations }) =>
    operations.some((operation) => operation === 'commit' || operation === 'undo'),
  )

  it('are needed by no workflow that neither commits nor undoes', () => {
    expect(needing.length).toBeGreaterThan(1)
    for (const workflow of Object.values(WORKFLOWS)) {
      if (!needing.includes(workflow)) expect(said({ mine: { workflow: workflow.name } })).toEqual([])
    }
  })

  it.each(needing.map(({ name }) => name))('are needed by %s', (workflow) => {
    const edges = workflow === '2pc' ? `${WORK}, ${INQUIRIES}` : WORK
    // It has no answer for whoever asks.
    const more = workflow === '2pc-as-taught' ? { reservationMs: 500 } : {}
    const reason = `variants.mine: the workflow ${workflow} needs idempotency keys, since an undo or a commit names what it is about`
    expect(said({ mine: { workflow, participants: more } })).toEqual([
      `${reason}; give participants keys: required, and add the policy idempotency-key to ${edges}`,
    ])
    expect(said({ mine: { workflow, participants: { keys: 'required', ...more } } })).toEqual([
      `${reason}; add the policy idempotency-key to ${edges}`,
    ])
    for (const keys of ['ignored', 'as-taught'])
      expect(said({ mine: { ...KEYED, workflow, participants: { keys, ...more } } })).toEqual([
        `${reason}; give participants keys: required`,
      ])
    expect(said({ mine: { ...KEYED, workflow, participants: { keys: 'required', ...more } } })).toEqual([])
  })

  it('are needed on every edge whose callee requires one', () => {
    const mine = { participants: { keys: 'required' }, edges: { '*': ['idempotency-key'], 'payment->bank': ['retry'] } }
    expect(said({ mine })).toEqual([
      'variants.mine: participants with keys: required refuse what comes without a key; add the policy idempotency-key to payment→bank',
    ])
    const forward = { ...KEYED.edges, 'inventory->order': [], 'payment->order': [], 'bank->payment': [] }
    expect(said({ mine: { ...KEYED, edges: forward } })).toEqual([])
  })

  it('are not asked for where a reservation that expires asks nobody', () => {
    const edges = { ...KEYED.edges, 'inventory->order': [], 'payment->order': [], 'bank->payment': [] }
    const voting = { ...KEYED, edges, workflow: '2pc' }
    expect(said({ mine: voting })).toEqual([expect.stringMatching(`idempotency-key to ${INQUIRIES}$`)])
    expect(said({ mine: { ...voting, participants: { keys: 'required', reservationMs: 500 } } })).toEqual([])
  })

  it('are judged where everything is known, at the variant that it is about', () => {
    const base = { ...KEYED, workflow: 'saga' }
    expect(said({ base, mine: { extends: 'base', edges: { 'order->payment': [] } } })).toEqual([
      expect.stringMatching(/^variants\.mine: the workflow saga needs .*; add .* to order→payment$/),
    ])
    // What the base lacks may be what another one adds.
    expect(said({ mine: { extends: 'base', workflow: 'saga' }, base: KEYED })).toEqual([])
  })

  it('are judged in a variant written in place, with line and column of its name', () => {
    const text = changed(['scenarios', 'one', 'variants'], ['naive', { mine: { workflow: 'saga' } }])
    const lines = text.split('\n')
    const [mistake] = mistakesIn(text)
    const [, line, column] = /^my\.yaml:(\d+):(\d+) variants\[1\]: the workflow saga needs/.exec(mistake!)!
    expect(lines[Number(line) - 1]?.slice(Number(column) - 1)).toMatch(/^mine:/)
  })

  it.each<[string, object]>([
    ['a policy that nobody knows', { ...KEYED, edges: { '*': ['idempotency-kye'] } }],
    ['a base that nobody knows', { workflow: 'saga', extends: 'bse' }],
    ['a base that is mistaken', { workflow: 'saga', extends: 'broken' }],
    ['itself as a base', { workflow: 'saga', extends: 'mine' }],
  ])('are not asked for twice over because of %s', (_, mine) => {
    const broken = { edges: { '*': ['idempotency-kye'] } }
    const mistakes = said({ broken, mine })
    expect(mistakes).toEqual(expect.arrayContaining([expect.stringContaining('idempotency-kye')]))
    expect(mistakes.join('\n')).not.toContain('idempotency-key to')
  })
})
