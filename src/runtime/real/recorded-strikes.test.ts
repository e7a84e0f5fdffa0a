import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder.ts'
import { scanStrikes } from './recorded-strikes.ts'

const root = temporaryFolder('recorded-strikes')
let folders = 0

function journals(files: Readonly<Record<string, readonly unknown[]>>): string {
  folders += 1
  const folder = join(root, String(folders))
  mkdirSync(folder)
  for (const [name, lines] of Object.entries(files)) {
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const stamp = { atMs: 1, node: 'bank', incarnation: 1 }
const call = { operation: 'do', effect: 'charge', attempt: 1 }
const strike = (purchase: string) => ({ ...stamp, type: 'strike', gremlin: 'crash', purchase, ...call, takes: [] })

async function purchasesIn(folder: string): Promise<string[]> {
  const found: string[] = []
  await scanStrikes(folder, ({ purchase }) => found.push(purchase))
  return found
}

it('finds the strikes of every service, life after life, and nothing else', async () => {
  const folder = journals({
    'bank-1.ndjson': [{ ...stamp, type: 'started' }, strike('p-1'), { ...strike('p-9'), type: 'toss' }],
    'bank-10.ndjson': [strike('p-3')],
    'bank-2.ndjson': [strike('p-2'), { ...stamp, type: 'order', reason: '"type":"strike"' }],
    'traffic-1.ndjson': [strike('p-8')],
  })
  expect(await purchasesIn(folder)).toEqual(['p-1', 'p-2', 'p-3'])
})

it('lets the last line of a killed process be torn', async () => {
  expect(await purchasesIn(journals({ 'bank-1.ndjson': [strike('p-1'), '{"atMs":1,"type":"stri'] }))).toEqual(['p-1'])
})

it.each([['{"atMs":1,"type":"stri'], ['{"atMs":1,"type":"strike",}'], ['{"atMs":1,"type":"strike","purchase":"p-1"}']])(
  'refuses a journal that is broken before its end: %s',
  async (broken) => {
    const folder = journals({ 'bank-1.ndjson': [strike('p-1'), broken, strike('p-2')] })
    await expect(purchasesIn(folder)).rejects.toThrow(`${join(folder, 'bank-1.ndjson')} is broken: line 2 is no JSON`)
  },
)
