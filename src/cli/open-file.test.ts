import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { fakeIo } from '../../test/support/fake-io.ts'
import { temporaryFolder } from '../../test/support/temporary-folder.ts'
import { openerOf, openFile } from './open-file.ts'

const cwd = temporaryFolder('open')

describe('the opener of the system', () => {
  it.each([
    ['linux', 'xdg-open'],
    ['freebsd', 'xdg-open'],
    ['darwin', 'open'],
    ['win32', 'explorer.exe'],
  ] as const)('of %s is %s', (platform, opener) => expect(openerOf(platform)).toBe(opener))

  it('is given the path as one word, whatever is in it, and is not waited for', async () => {
    const bin = join(cwd, 'bin')
    mkdirSync(bin, { recursive: true })
    const told = join(cwd, 'told')
    const opener = join(bin, openerOf(process.platform))
    writeFileSync(opener, `#!/bin/sh\nprintf '%s,' "$#" "$1" > '${told}.half'\nmv '${told}.half' '${told}'\nsleep 1\n`)
    chmodSync(opener, 0o755)
    const io = fakeIo({ cwd, env: { PATH: `${bin}:/bin:/usr/bin` } })
    const file = '/runs/a b;$(touch x)/report.html'
    await openFile(file, io)
    await vi.waitFor(() => expect(existsSync(told)).toBe(true), 20_000)
    expect(readFileSync(told, 'utf8')).toBe(`1,${file},`)
    expect(io.err()).toBe('')
  })

  it('that is not there is one line, and no error', async () => {
    const io = fakeIo({ cwd, env: { PATH: join(cwd, 'empty') } })
    await openFile('/runs/\u001b[2Jreport.html', io)
    const opener = openerOf(process.platform)
    expect(io.err()).toBe(
      `cannot open the report: this machine has no ${opener}; open /runs/\ufffd[2Jreport.html yourself\n`,
    )
  })
})
