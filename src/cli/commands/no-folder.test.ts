/** Commands that write, where no folder can be made: one line, 64, and never a search or a run that ends in nothing. */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fakeIo } from '../../../test/support/fake-io.ts'
import { SHIPPED_TEXT, shippedScenario } from '../../../test/support/shipped-scenarios.ts'
import { writeScenario } from '../../scenarios/file/write.ts'
import { main } from '../main.ts'

let cwd: string
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'faultline-no-folder-'))
  writeFileSync(join(cwd, 'scenarios.yaml'), SHIPPED_TEXT)
  writeFileSync(join(cwd, 'found.yaml'), writeScenario({ ...shippedScenario('calm'), strikes: [] }, 'Nothing strikes.'))
})
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

// Where there is no /proc, none can be made either, for a reason of its own.
const REASON = existsSync('/proc/self') ? 'no folder can be made in /proc' : '[^\n]+'

describe('where no folder can be made', () => {
  it.each([
    ['run calm --out /proc/faultline', 'cannot write into /proc/faultline'],
    ['run calm --out /proc', 'cannot write into /proc'],
    ['run calm --junit /proc/faultline/junit.xml', 'cannot write into /proc/faultline'],
    ['explore calm --out /proc/faultline', 'cannot write into /proc/faultline'],
    ['explore calm --every-point --out /proc', 'cannot write into /proc'],
    ['replay found.yaml --out /proc/faultline', 'cannot write into /proc/faultline'],
    ['fidelity calm --out /proc/faultline', 'cannot write into /proc/faultline'],
    ['fidelity calm --calibrate=/proc/faultline/times.json', 'cannot write into /proc/faultline'],
    ['init /proc/faultline/mine.yaml', 'cannot write /proc/faultline/mine.yaml'],
  ])('%s says so', async (line, message) => {
    const io = fakeIo({ cwd })
    expect(await main(line.split(' '), io)).toBe(64)
    expect(io.err()).toMatch(new RegExp(`^faultline: ${message}: ${REASON}\n$`))
    expect(io.out()).toBe('')
  })
})
