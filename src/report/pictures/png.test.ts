import { afterEach, describe, expect, test, vi } from 'vitest'
import { agreementResult } from '../../../test/support/example-agreement.ts'
import { manyChanges } from '../../../test/support/example-changes.ts'
import { emptyResult, exampleResult } from '../../../test/support/example-result.ts'
import { buildCharts } from '../charts/charts.ts'
import { renderPngs } from './png.ts'

/** Width and height as the PNG header says (RFC 2083, section 4.1.1). */
function sizeOf(bytes: Buffer): { width: number; height: number } {
  expect(bytes.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

afterEach(() => {
  vi.doUnmock('chartjs-node-canvas')
  vi.resetModules()
})

describe.each([
  ['the full example', exampleResult()],
  ['services that agree', agreementResult()],
  ['a run in which nothing happened', emptyResult()],
])('%s', (_, result) => {
  test('every chart is a PNG of 1280x720 with something on it', async () => {
    const files = await renderPngs(result)
    const charts = buildCharts(result).map(({ id }) => `${id}.png`)
    expect([...files.keys()]).toEqual([...charts, 'poster.png'])
    expect(sizeOf(files.get('poster.png') ?? Buffer.alloc(24))).toEqual({ width: 2_560, height: 1_440 })
    for (const bytes of charts.map((name) => files.get(name) ?? Buffer.alloc(24))) {
      expect(sizeOf(bytes)).toEqual({ width: 1280, height: 720 })
      expect(bytes.length).toBeGreaterThan(8_000)
    }
  })
})

test('changes are drawn in every picture over time, and in no other', async () => {
  const result = exampleResult()
  const [plain, drawn] = [await renderPngs(result), await renderPngs(manyChanges(20))]
  const other = [...plain].filter(([name, bytes]) => !bytes.equals(drawn.get(name) ?? bytes)).map(([name]) => name)
  expect(other).toEqual([
    'goodput-over-time.png',
    'latency-over-time.png',
    'breakers-over-time.png',
    'compartments-over-time.png',
    'poster.png',
  ])
})

test('the same run gives the same bytes', async () => {
  const [first, second] = [await renderPngs(exampleResult()), await renderPngs(exampleResult())]
  for (const [name, bytes] of first) expect(bytes.equals(second.get(name)!)).toBe(true)
})

test('where chartjs-node-canvas has no canvas, Chart.js draws the same pictures by itself', async () => {
  const usual = await renderPngs(exampleResult())
  vi.resetModules()
  vi.doMock('chartjs-node-canvas', () => ({
    ChartJSNodeCanvas: class {
      constructor() {
        throw new Error("Cannot find module 'canvas'")
      }
    },
  }))
  const { renderPngs: renderAlone } = await import('./png.ts')
  const files = await renderAlone(exampleResult())
  expect([...files.keys()]).toEqual([...usual.keys()])
  for (const [name, bytes] of files) expect(bytes.equals(usual.get(name)!)).toBe(true)
})
