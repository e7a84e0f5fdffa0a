/** Sequence diagrams as markup, each rendered once: one purchase may be told for several promises, and prevented in one way. */

import { renderToStaticMarkup } from 'react-dom/server'
import type { Diagram } from '../../core/story.ts'
import { InWords, Picture } from '../sequence/sequence.tsx'

export interface Drawing {
  /** Of the figure's picture and of what stands below it, in the packed parts of a page. */
  readonly keys: { readonly picture: string; readonly words: string }
  readonly picture: string
  readonly words: string
  readonly bytes: number
}

/** Gives the same drawing for the same content. */
export type Drawings = (diagram: Diagram) => Drawing

export function createDrawings(): Drawings {
  const known = new Map<string, Drawing>()
  return (diagram) => {
    const content = JSON.stringify(diagram)
    const before = known.get(content)
    if (before) return before
    const picture = renderToStaticMarkup(<Picture diagram={diagram} />)
    const words = renderToStaticMarkup(<InWords diagram={diagram} />)
    const keys = { picture: `picture-${known.size}`, words: `words-${known.size}` }
    const bytes = Buffer.byteLength(picture) + Buffer.byteLength(words)
    const drawing = { keys, picture, words, bytes }
    known.set(content, drawing)
    return drawing
  }
}
