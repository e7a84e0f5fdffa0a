/** A program in a terminal of its own, as the dashboard is recorded: it has a size, reads keys, and is ended whatever happens. */

import { expect, it, onTestFinished } from 'vitest'
import { type OpenTerminal, openTerminal } from '../scripts/record-terminal.mjs'
import { describeInTerminal } from './support/pseudo-terminal.ts'

const LONG_MS = 10_000

function open(program: string, heard?: (text: string) => void): OpenTerminal {
  const terminal = openTerminal({
    ...{ command: ['sh', '-c', program], cwd: import.meta.dirname, columns: 40, rows: 5 },
    ...(heard ? { heard } : {}),
  })
  onTestFinished(async () => void (await terminal.end(['\r'])))
  return terminal
}

describeInTerminal('a terminal to record', () => {
  it('has its size, takes keys, and keeps what the program writes', async () => {
    let heard = ''
    const { until, press, screen, ended } = open(`stty size; read -r said; echo "it's $said"`, (text) => {
      heard += text
    })
    await until([/5 40/], LONG_MS)
    press('so\r')
    await until([/it's so/], LONG_MS)
    expect(await ended).toBe(0)
    expect(screen()).toEqual(['5 40', 'so', "it's so", '', ''])
    expect(heard).toContain("it's so\r\n")
  })

  it('says what is on the screen when something else was waited for in vain', async () => {
    const { until } = open('echo here; read -r said')
    await until([/here/], LONG_MS)
    await expect(until([/here/, /there/], 100)).rejects.toThrow('not on the screen within 100 ms: /there/\nhere')
  })

  it('says that the program has ended, and how, to whoever waits', async () => {
    const { until } = open('echo gone; exit 3')
    await expect(until([/never/], LONG_MS)).rejects.toThrow('it ended with 3. The screen:\ngone')
    await expect(until([/gone/], LONG_MS)).rejects.toThrow('it ended with 3')
  })

  it('ends the program by the keys that it is given, one after the other', async () => {
    const { until, end } = open('echo ready; read -r word; exit 7')
    await until([/ready/], LONG_MS)
    expect(await end(['\r'])).toBe(7)
  })
})
