/** A sequence diagram whose parts have their places. */

import type { DiagramMark, DiagramMessage } from '../../core/story.ts'
import type { Label } from './labels.ts'

export interface PlacedMessage {
  readonly message: DiagramMessage
  readonly fromX: number
  readonly fromY: number
  /** Where its arrow ends: at the other lane, or midway when it never arrived. */
  readonly toX: number
  readonly toY: number
  readonly arrived: boolean
  readonly label: Label
}

export interface PlacedMark {
  readonly mark: DiagramMark
  readonly x: number
  readonly y: number
  readonly label: Label
}

export interface PlacedLane {
  readonly name: string
  readonly x: number
  /** Stretches in which its process was away, from top to bottom. */
  readonly away: readonly (readonly [fromY: number, toY: number])[]
}

export interface SequenceLayout {
  readonly width: number
  readonly height: number
  /** Where times end and lanes begin. */
  readonly gutter: number
  readonly lanes: readonly PlacedLane[]
  /** As they are in the diagram. */
  readonly messages: readonly PlacedMessage[]
  /** As they are in the diagram. */
  readonly marks: readonly PlacedMark[]
  /** Skipped time. */
  readonly breaks: readonly { readonly top: number; readonly bottom: number; readonly label: Label }[]
  /** On the left, as far as they have room. */
  readonly times: readonly Label[]
  /** Where the lanes' lives end, and what ledgers say begins. */
  readonly endY: number
  /** Above what ledgers say; null when they say nothing. */
  readonly ledgers: Label | null
}
