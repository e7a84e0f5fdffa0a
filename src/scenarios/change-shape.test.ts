import { describe, expect, it } from 'vitest'
import { changedResult } from '../../test/support/example-changes.ts'
import { checkComparedResult } from './check-measured.ts'
import { checkResult } from './check-report.ts'

/** As it is read from a file, with this as the changes of `retry`. */
function stored(changes?: unknown): unknown {
  const result = changedResult()
  const variants = result.variants.map((each) =>
    each.name === 'retry' && changes !== undefined ? { ...each, changes } : each,
  )
  return JSON.parse(JSON.stringify({ ...result, variants }))
}

const gremlin = { gremlin: 'till-dies', on: true, atMs: 1 }

describe('a stored result with changes that were made by hand', () => {
  it('can be shown and compared', () => {
    expect(checkResult(stored())).toMatchObject({ ok: true })
    expect(checkComparedResult(stored())).toMatchObject({ ok: true })
  })

  it('may have a gremlin that was added', () => {
    const [setting] = changedResult().configuration.gremlins
    expect(checkResult(stored([{ ...gremlin, setting }]))).toMatchObject({ ok: true })
  })

  it.each([
    ['no list', 'retry off'],
    ['a change of nothing', [{ atMs: 1 }]],
    ['a change without its time', [{ gremlin: 'till-dies', on: true }]],
    ['a time before the start', [{ ...gremlin, atMs: -1 }]],
    ['a place that there is not', [{ atMs: 1, policy: 'retry', edge: 'nowhere', on: true }]],
    ['a state that is none', [{ ...gremlin, on: 'perhaps' }]],
    ['a field that no change has', [{ ...gremlin, because: 'x' }]],
    ['a setting that is none', [{ ...gremlin, setting: { name: 'x' } }]],
    ['more than anybody can make', Array.from({ length: 1_001 }, () => gremlin)],
  ])('is refused with %s, by its place', (_, changes) => {
    for (const check of [checkResult, checkComparedResult]) {
      const { ok, why } = check(stored(changes)) as { ok: boolean; why?: string }
      expect(ok).toBe(false)
      expect(why).toContain('variants[1].changes')
    }
  })

  it('is refused where its scenario has what only somebody who watches can do', () => {
    const result = stored() as { configuration: { switches: unknown[] } }
    const [setting] = changedResult().configuration.gremlins
    result.configuration.switches = [{ ...gremlin, scheduled: true }]
    expect(checkResult(result)).toMatchObject({ ok: true })
    result.configuration.switches = [{ ...gremlin, setting }]
    expect(checkResult(result)).toMatchObject({ ok: false })
  })
})
