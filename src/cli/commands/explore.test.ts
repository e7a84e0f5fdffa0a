/** `explore` on the command line, over real worker threads. */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FakeIo, fakeIo } from '../../../test/support/fake-io.ts'
import { loadText, SHIPPED_TEXT, shippedScenario } from '../../../test/support/shipped-scenarios.ts'
import { writeScenario } from '../../scenarios/file/write.ts'
import { withoutQuizAndScript } from '../../scenarios/quiz-and-script.ts'
import { main } from '../main.ts'

let cwd: string
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'faultline-explore-'))
  writeFileSync(join(cwd, 'scenarios.yaml'), SHIPPED_TEXT)
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

async function faultline(...argv: string[]) {
  const io = fakeIo({ cwd })
  const code = await main(argv, io)
  return { code, io, out: io.out(), err: io.err() }
}

/** The one folder in another. */
function only(parent: string) {
  const folders = readdirSync(join(cwd, parent))
  expect(folders).toHaveLength(1)
  const folder = `${parent}/${folders[0]}`
  return { folder, files: readdirSync(join(cwd, folder)) }
}

/** A thread takes a second to load. */
const ALONE = ['--workers', '1']
const RETRY = ['explore', 'double-deduction', '--variant', 'retry', ...ALONE]

describe('explore', () => {
  it('ends with 1 where it found something, and says what, what it took, and how to see it', async () => {
    const { code, out, err } = await faultline(...RETRY, '--seeds', '8', '--no-shrink')
    expect(code).toBe(1)
    expect(out).toMatch(/^double-deduction: 8 seeds under 1 variant: 8 trials, \d+ orders, \d+ strikes, /)
    expect(out).toContain('retry violates deducted-at-most-once, with ')
    const command =
      /faultline (explore double-deduction --variant retry --gremlins general --seed (\d+) --explain)/.exec(out)
    expect(err).toContain(`double-deduction: retry violates deducted-at-most-once, with`)
    const explained = await faultline(...command![1]!.split(' '))
    expect(explained.code).toBe(1)
    expect(explained.out).toContain(`Seed ${command![2]} has drawn:\n\ndouble-deduction: `)
    expect(explained.out).toMatch(/\n\d+ strikes?\n {2}\w/)
    expect(explained.out).toMatch(/retry violates [\w-]+, \d+ times?\n {2}p-\d+ /)
  })

  it('ends with 0 where nothing was found', async () => {
    const { code, out } = await faultline('explore', 'double-deduction', '--variant', '2pc', '--seeds', '5', '--quiet')
    expect(code).toBe(0)
    expect(out).toContain('\n  2pc: survived (own and general gremlins)\n')
    expect(out).toContain('No violation was found.')
  })

  it('without --variant explores those that are to hold, and says why some meet less', async () => {
    const { code, out, err } = await faultline('explore', 'schrodingers-warehouse', '--seeds', '2', '--quiet', ...ALONE)
    expect(code).toBe(0)
    expect(err).toBe('')
    expect(out).toContain('2 seeds under 4 variants: 8 trials')
    expect(out).toContain(
      "retry+key: survived (the scenario's own gremlins, since coordinator-crash expects what is built like it to break)",
    )
  })

  it('shrinks what it found, and writes it as scenarios that show it', async () => {
    const { out } = await faultline(...RETRY, '--seeds', '3', '--out', 'found')
    expect(out).toMatch(/Shrunk to 1 order and 1 strike \(\d+ trials\):\n {4}One buyer comes \(p-1\)\.\n/)
    const { folder, files } = only('found/double-deduction')
    expect(folder).toMatch(/^found\/double-deduction\/[\dT-]+-explored$/)
    expect(files).toContain('retry-deducted-at-most-once.yaml')
    for (const file of files) {
      expect(out).toContain(`faultline run --virtual --file ${folder}/${file}\n`)
      const [scenario] = loadText(readFileSync(join(cwd, folder, file), 'utf8'), file).scenarios
      expect(scenario?.strikes?.length).toBeLessThanOrEqual(3)
    }
  })

  it('quotes a path that a shell would take apart', async () => {
    const { out } = await faultline(...RETRY, '--seeds', '3', '--no-shrink', '--out', 'what was found')
    expect(out).toMatch(
      /\n {2}faultline run --virtual --file 'what was found\/double-deduction\/[\dT-]+-explored\/retry-[a-z-]+\.yaml'\n/,
    )
  })

  it('writes what a seed has drawn where it does not shrink', async () => {
    await faultline(...RETRY, '--seeds', '3', '--no-shrink', '--out', 'drawn')
    const { folder, files } = only('drawn/double-deduction')
    const text = readFileSync(join(cwd, folder, files[0]!), 'utf8')
    expect(text).toMatch(/^# What seed [123] has drawn\. retry violates /)
    expect(loadText(text).scenarios[0]).toMatchObject({ name: 'double-deduction', variants: [{ name: 'retry' }] })
  })

  it('leaves alone what an earlier exploration found', async () => {
    const explore = [...RETRY, '--seeds', '3', '--no-shrink', '--out', 'kept', '--quiet']
    await faultline(...explore)
    const { folder, files } = only('kept/double-deduction')
    for (const file of files) writeFileSync(join(cwd, folder, file), 'mine')
    const again = await faultline(...explore)
    for (const file of files) expect(readFileSync(join(cwd, folder, file), 'utf8')).toBe('mine')
    expect(again.out).toMatch(/--file kept\/double-deduction\/[\dT-]+-explored(-\d+)?\//)
    expect(again.out).not.toContain(`${folder}/`)
    expect(readdirSync(join(cwd, 'kept/double-deduction'))).toHaveLength(2)
  })

  it('leaves no folder where nothing was found', async () => {
    await faultline(
      'explore',
      'double-deduction',
      '--variant',
      '2pc',
      '--seeds',
      '2',
      '--quiet',
      '--out',
      'nothing',
      ...ALONE,
    )
    expect(readdirSync(join(cwd, 'nothing'))).toEqual([])
  })

  it('counts and names what buyers came for, whatever it was', async () => {
    const payments = [
      'explore',
      'payment-gateway',
      '--variant',
      'timeout-only',
      '--gremlins',
      'own',
      '--no-shrink',
      ...ALONE,
    ]
    const { code, out } = await faultline(...payments, '--seeds', '3', '--quiet')
    expect(code).toBe(1)
    expect(out).toMatch(/^payment-gateway: 3 seeds under 1 variant: 3 trials, [1-9]\d* payments, /)
    expect(out).not.toMatch(/\d orders?\b/)
    const { requestsDone, ordersDone } = JSON.parse((await faultline(...payments, '--seeds', '3', '--json')).out)
    expect(out).toContain(` ${requestsDone.payment} payments, `)
    expect(requestsDone).toMatchObject({ order: 0, stock: 0, notification: 0 })
    expect(ordersDone).toBe(0)
    const explained = await faultline(...payments, '--seed', '3', '--explain')
    expect(explained.out).toMatch(/\n\n[1-9]\d* payments\ntimeout-only violates history-complete/)
    const mixed = await faultline('explore', 'prime-day', '--variant', 'unprotected', '--seed', '1', '--explain')
    expect(mixed.out).toMatch(/\n\d+ orders: \d+ confirmed, .* in doubt\n\d+ stock queries, \d+ messages\n/)
  })

  it('prints one JSON document', async () => {
    const { out } = await faultline(...RETRY, '--seeds', '2..4', '--no-shrink', '--json')
    const document = JSON.parse(out)
    expect(document).toMatchObject({
      schemaVersion: 1,
      seeds: { from: 2, to: 4 },
      seedsDone: 3,
      trialsDone: 3,
      ended: null,
    })
    expect(document.findings[0]).toMatchObject({ variant: 'retry', shrunk: null, file: null })
  })

  it('goes on for as long as it was told', async () => {
    const { out } = await faultline(...RETRY, '--for', '1500ms', '--no-shrink')
    expect(out).toContain('Ended before all seeds were tried: the time is up.')
  })

  it('says who met no gremlin, since the scenario has none of its own', async () => {
    const { code, out } = await faultline(
      'explore',
      'calm',
      '--gremlins',
      'own',
      '--variant',
      'saga',
      '--seeds',
      '1',
      ...ALONE,
    )
    expect(code).toBe(0)
    expect(out).toContain("\n  saga: met no gremlin (the scenario's own gremlins)\n")
  })

  it('proves nothing where there was no time for a single seed', async () => {
    const { code, out } = await faultline('explore', 'calm', '--for', '1ms', '--quiet', ...ALONE)
    expect(out).toContain('calm: 0 seeds under ')
    expect(code).toBe(2)
  })

  it('tells what it found also where a file cannot be written', async () => {
    mkdirSync(join(cwd, 'taken'))
    writeFileSync(join(cwd, 'taken/double-deduction'), 'in the way')
    for (const search of [['--seeds', '3', '--no-shrink'], ['--every-point']]) {
      const { code, out, err } = await faultline(...RETRY, ...search, '--quiet', '--out', 'taken')
      expect(code).toBe(70)
      const where = join(cwd, 'taken/double-deduction')
      expect(err).toBe(`faultline: cannot write into ${where}: something of that name is there already\n`)
      expect(out).toContain('deducted-at-most-once')
    }
  })

  it('stopped by a signal says what was found so far', async () => {
    const io: FakeIo = fakeIo({ cwd })
    const done = main([...RETRY, '--seeds', '1000000', '--no-shrink'], io)
    while (!io.err().includes('violates')) await new Promise((resolve) => setTimeout(resolve, 20))
    io.send('SIGINT')
    expect(await done).toBe(130)
    expect(io.out()).toContain('Ended before all seeds were tried: stopped by SIGINT.')
    expect(io.out()).toContain('retry violates ')
  })

  it('offers no control arm where no variant is expected to hold', async () => {
    const shipped = shippedScenario('payment-gateway')
    const variants = shipped.variants.filter(({ name }) => ['timeout-only', 'control'].includes(name))
    const expectations = {
      'timeout-only': { holds: [], violated: ['history-complete' as const], allowed: [], bounds: [] },
    }
    const two = { ...withoutQuizAndScript(shipped), variants, expectations }
    writeFileSync(join(cwd, 'two.yaml'), writeScenario(two))
    const { code, err } = await faultline('explore', 'payment-gateway', '--file', 'two.yaml')
    expect(err).toContain('hold every invariant; name one with --variant: timeout-only\n')
    expect(code).toBe(64)
    const arms = variants.map((variant) => ({ ...variant, gremlins: 'none' as const }))
    writeFileSync(join(cwd, 'arms.yaml'), writeScenario({ ...two, variants: arms, expectations: {} }))
    const none = await faultline('explore', 'payment-gateway', '--file', 'arms.yaml')
    expect(none.err).toContain('hold every invariant; all of them are control arms, which meet no gremlin\n')
  })

  it('writes what a seed has drawn, without switches of what is not there', async () => {
    const shipped = shippedScenario('double-deduction')
    const variants = shipped.variants.filter(({ name }) => ['naive', 'retry'].includes(name))
    const off = { policy: 'retry', edge: null, on: false, atMs: 100_000 } as const
    const lost = { gremlin: 'lost-commit', on: true, atMs: 0 } as const
    const switched = { ...withoutQuizAndScript(shipped), variants, expectations: {}, switches: [off, lost] }
    writeFileSync(join(cwd, 'switched.yaml'), writeScenario(switched))
    const naive = ['explore', 'double-deduction', '--file', 'switched.yaml', '--variant', 'naive', '--gremlins', 'own']
    const { code } = await faultline(...naive, '--seeds', '6', '--no-shrink', '--quiet', '--out', 'switched', ...ALONE)
    expect(code).toBe(1)
    const { folder, files } = only('switched/double-deduction')
    const found = files.map((name) => loadText(readFileSync(join(cwd, folder, name), 'utf8')).scenarios[0]?.switches)
    expect(found.length).toBeGreaterThan(0)
    for (const switches of found) expect(switches).not.toContainEqual(expect.objectContaining({ policy: 'retry' }))
  })

  it.each([
    [['nowhere'], "unknown scenario 'nowhere'"],
    [['calm', '--variant', 'sagga'], "calm: unknown variant 'sagga'; did you mean 'saga'?"],
    [
      ['payment-gateway', '--variant', 'control'],
      "payment-gateway: 'control' is a control arm, which meets no gremlin",
    ],
    [['calm', '--gremlins', 'some'], "--gremlins must be one of own, general, all, not 'some'"],
    [['calm', '--workers', '0'], "--workers must be how many threads, from 1 to 256, not '0'"],
    [
      ['calm', '--seeds', '9..1'],
      '--seeds must be how many seeds to try, such as 1000, or a range such as 5001..10000',
    ],
    [['calm', '--seed', '1', '--seeds', '2'], 'give --seed or --seeds, not both'],
    [['calm', '--explain'], '--explain needs --seed'],
    [['coordinator-crash', '--short'], "'coordinator-crash': no short form"],
  ])('%j is wrong usage', async (argv, message) => {
    const { code, err } = await faultline('explore', ...argv)
    expect(code).toBe(64)
    expect(err).toContain(message)
  })
})
