import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fakeIo } from '../../../test/support/fake-io.ts'
import { fakeMachine } from '../../../test/support/fake-machine.ts'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import type { Machine } from '../doctor-machine.ts'
import { PORTS_NEEDED } from '../doctor-needs.ts'
import { thisMachine } from '../doctor-probe.ts'
import type { Lab } from '../lab.ts'
import { main } from '../main.ts'
import { doctorFor } from './doctor.ts'

const cwd = temporaryFolder('doctor')
const noLab = (): Promise<Lab> => Promise.reject(new Error('this command needs no lab'))

async function doctor(lacks: Partial<Machine>, given: { json?: boolean; color?: boolean } = {}) {
  const io = fakeIo({ cwd })
  const code = await doctorFor(async () => fakeMachine(lacks)).run({ json: false, ...given }, io, noLab)
  return { code, out: io.out() }
}

describe('faultline doctor', () => {
  it('ends with 0 where all that is needed works, whatever could be better', async () => {
    expect(await doctor({})).toMatchObject({ code: 0, out: expect.stringContaining('All that a run needs works.') })
    expect(await doctor({ cores: () => 1 })).toMatchObject({ code: 0, out: expect.stringContaining('1 thing could') })
  })

  it('ends with 70 where something needed does not', async () => {
    const { code, out } = await doctor({ disk: () => ({ freeBytes: null, fault: 'the disk is full' }) })
    expect(code).toBe(70)
    // Lines are as long as the terminal is wide, and a folder's name as long as it likes.
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`cannot write into ${join(cwd, 'reports')}: the disk is full`)
  })

  it('prints JSON, versioned', async () => {
    const { code, out } = await doctor({ cores: () => 1, mostOpenFiles: () => 1 }, { json: true })
    const told = JSON.parse(out) as { checks: { name: string }[] }
    expect([code, told]).toEqual([70, expect.objectContaining({ schemaVersion: 1, ok: false })])
    expect(told.checks.find(({ name }) => name === 'cores')).toEqual({
      name: 'cores',
      severity: 'works-but',
      says: expect.any(String),
      todo: expect.any(String),
      measured: { cores: 1 },
    })
  })

  it('takes one folder, and no empty one', async () => {
    for (const argv of [['--out='], ['--out', 'a', '--out', 'b']]) {
      const io = fakeIo({ cwd })
      expect(await main(['doctor', ...argv], io, noLab)).toBe(64)
      expect(io.err()).toContain('faultline: --out ')
    }
  })
})

describe('this machine', () => {
  const machine = thisMachine({ PATH: cwd, LANG: 'C' })

  it('opens ports, hears an answer, and closes them', async () => {
    const listening = () => process.getActiveResourcesInfo().filter((each) => each === 'TCPServerWrap').length
    const before = listening()
    expect(await machine.openPorts(PORTS_NEEDED)).toMatchObject({ opened: PORTS_NEEDED, fault: null, answered: true })
    expect(listening()).toBe(before)
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    expect(listening()).toBe(before + 1)
    await new Promise((closed) => server.close(closed))
  })

  it('tries the folder that is there, and leaves nothing', () => {
    expect(machine.disk(join(cwd, 'a', 'b'))).toEqual({ freeBytes: expect.any(Number), fault: null })
    expect(existsSync(join(cwd, 'a'))).toBe(false)
    writeFileSync(join(cwd, 'file'), '')
    expect(machine.disk(join(cwd, 'file')).fault).toMatch(/\w/)
  })

  it('finds the browser of the PATH, or what is said', () => {
    expect(machine.findChromium()).toBeNull()
    writeFileSync(join(cwd, 'chromium'), '')
    expect(machine.findChromium()).toBe(join(cwd, 'chromium'))
    expect(thisMachine({ FAULTLINE_CHROMIUM: 'mine' }).findChromium()).toBe('mine')
  })

  it('tells of itself', async () => {
    const { totalBytes, availableBytes } = machine.memory()
    expect(availableBytes).toBeGreaterThan(0)
    expect(totalBytes).toBeGreaterThanOrEqual(availableBytes)
    expect(machine.cores()).toBeGreaterThan(0)
    expect(machine.node().version).toBe(process.versions.node)
    expect(Math.abs(machine.clockStepMs())).toBeLessThan(60_000)
    expect(machine.mostOpenFiles() ?? 1).toBeGreaterThan(0)
    expect(machine.variable('LANG')).toBe('C')
    expect(await machine.checkout()).toEqual({ installed: expect.any(Boolean), built: expect.any(Boolean) })
  })

  it('draws with the library of the charts', async () => {
    expect(await machine.draw()).toEqual({ fonts: expect.any(Number) })
  })
})
