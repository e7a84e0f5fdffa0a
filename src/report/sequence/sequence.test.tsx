import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { exampleStories } from '../../../test/support/example-stories.ts'
import type { Diagram, DiagramMark, DiagramMessage } from '../../core/story.ts'
import { PAGE_STYLE } from '../page/style.ts'
import { Sequence } from './sequence.tsx'
import { SEQUENCE_STYLE } from './style.ts'

const EXAMPLE = exampleStories().variants.flatMap(({ groups }) =>
  groups.flatMap(({ story }) => story.diagram ?? []),
)[0]!

const render = (diagram: Diagram, title = 'p-1 was deducted twice') =>
  renderToStaticMarkup(<Sequence diagram={diagram} id='story-1' title={title} />)

/** As a story of a retried order has them: calls of four services, one answer in ten lost. */
function longDiagram(count: number): Diagram {
  const services = ['payment', 'inventory', 'notification']
  const messages = Array.from({ length: count }, (_, at): DiagramMessage => {
    const service = services[at % 3]!
    const request = at % 2 === 0
    const lost = at % 10 === 9
    return {
      from: request ? 'order' : service,
      to: request ? service : 'order',
      kind: request ? 'request' : 'answer',
      label: request ? `do charge, try ${at}` : '200',
      sentMs: 10 * at,
      arrivedMs: lost ? null : 10 * at + 0.7,
      lost: lost ? 'dropped-answer@payment' : null,
    }
  })
  const marks = Array.from(
    { length: count / 2 },
    (_, at): DiagramMark => ({ lane: 'payment', kind: 'commit', atMs: 20 * at + 1, text: 'do charge is durable' }),
  )
  return { lanes: ['buyer', 'order', ...services], messages, marks, absences: [], leftOut: 0 }
}

describe('the sequence diagram', () => {
  it('says everything in the picture, and again in an ordered list', () => {
    const html = render(EXAMPLE)
    const [picture, list] = html.split('<details>')
    for (const word of ['place order', 'do deduct, try 2', '201 confirmed', 'buyer', 'inventory', '… 27 ms …']) {
      expect(picture).toContain(`>${word}<`)
    }
    expect(list!.match(/<li>/g)).toHaveLength(EXAMPLE.messages.length + EXAMPLE.marks.length + EXAMPLE.absences.length)
    expect(list).toContain('0.9 ms, inventory answers order: connection lost; never arrives (dropped-answer@inventory)')
    expect(list).toContain('1.0 ms, inventory is away until 28 ms')
    expect(list).toContain('inventory ledger, at the end: 2 rows deduct 1 console each')
  })

  it('is a picture with a name, in a box that the keyboard can scroll', () => {
    const html = render(EXAMPLE)
    expect(html).toContain('role="img" aria-label="6 messages, 1 of them lost, 1 strike; in words below."')
    expect(html).toContain('tabindex="0" aria-label="p-1 was deducted twice: diagram"')
    expect(html).toContain('<figure class="seq" id="story-1">')
  })

  it('draws each kind of mark in a shape of its own, and lost messages with a cross', () => {
    const html = render(EXAMPLE)
    for (const look of ['strike', 'commit', 'belief', 'policy', 'note', 'book', 'x', 'gone', 'skip', 'an', 'tip']) {
      expect(html).toContain(`class="seq-${look}"`)
    }
    const plain = render({ ...EXAMPLE, messages: EXAMPLE.messages.slice(0, 1), marks: [], absences: [] })
    expect(plain).not.toMatch(/class="seq-(strike|commit|belief|x|gone|an|book)"/)
  })

  it('needs no id but its own, no style of its own, and asks nobody for anything', () => {
    const html = render(EXAMPLE)
    expect(html.match(/\sid="/g)).toHaveLength(1)
    expect(html).not.toMatch(/url\(|href|style=|<script|NaN|undefined|Infinity/)
    expect(SEQUENCE_STYLE).not.toMatch(/url\(|@import/)
  })

  it('has a style for each look, and only variables that the page or itself defines', () => {
    const html = render(EXAMPLE)
    const used = SEQUENCE_STYLE.match(/var\((--[a-z-]+)\)/g) ?? []
    for (const name of used) expect(`${PAGE_STYLE}${SEQUENCE_STYLE}`).toContain(`${name.slice(4, -1)}:`)
    const unstyled = ['seq-rq', 'seq-open', 'seq-fact']
    for (const [, names] of html.matchAll(/class="([^"]+)"/g)) {
      for (const name of names!.split(' ').filter((one) => !unstyled.includes(one))) {
        expect(SEQUENCE_STYLE).toContain(`.${name}`)
      }
    }
  })

  it('lets no name or answer out of its text', () => {
    const nasty = '</text></svg><script>alert(1)</script>"\' \u001b[31m\u202e'
    const html = render(
      {
        ...EXAMPLE,
        lanes: [...EXAMPLE.lanes, nasty],
        messages: EXAMPLE.messages.map((message) => ({ ...message, label: nasty, lost: nasty })),
        marks: EXAMPLE.marks.map((mark) => ({ ...mark, text: nasty })),
      },
      nasty,
    )
    expect(html).not.toContain('<script')
    expect(html).not.toMatch(/[\u001b\u202e]/)
    expect(html.match(/<svg/g)).toHaveLength(2)
    expect(html.match(/<\/svg>/g)).toHaveLength(2)
  })

  it('says what it leaves out', () => {
    expect(render({ ...EXAMPLE, leftOut: 17 })).toContain('17 more messages and marks not drawn.')
    expect(render({ ...EXAMPLE, leftOut: 1 })).toContain('1 more message or mark not drawn.')
    expect(render(EXAMPLE)).not.toContain('not drawn')
  })

  it('stays small: 12 KB for forty messages', () => {
    expect(Buffer.byteLength(render(longDiagram(40)))).toBeLessThan(12 * 1024)
    expect(Buffer.byteLength(render(longDiagram(120)))).toBeLessThan(36 * 1024)
  })
})
