/** Where on a sequence diagram something stands already, and where there is room. */

export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** `text` shares its room with nobody. `spot`: a sign or an arrow's end, which only lines may touch. `line`: an arrow, which lines may cross. */
export type PieceKind = 'text' | 'spot' | 'line'

/** Part of something to be placed, relative to the height at which it happens. */
export interface Piece {
  readonly kind: PieceKind
  readonly box: Box
}

const SHARES: Record<PieceKind, readonly PieceKind[]> = { text: [], spot: ['line'], line: ['spot', 'line'] }

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom
}

export function lowered({ left, top, right, bottom }: Box, by: number): Box {
  return { left, top: top + by, right, bottom: bottom + by }
}

/** No piece reaches higher above its place: taller things would not be found in the way. */
const TALLEST = 200

export interface Field {
  /**
   * Takes the highest place at or below `y` that one of the ways of standing there leaves free. Earlier ways are preferred to those that win
   * less than a line.
   */
  take(ways: readonly (readonly Piece[])[], y: number): { readonly y: number; readonly way: number }
  /** Takes this room, whatever stands there. */
  occupy(piece: Piece): void
  /** Below everything. */
  bottom(): number
}

export function createField(): Field {
  let taken: Piece[] = []
  let lowest = 0

  const occupy = (piece: Piece) => {
    taken.push(piece)
    lowest = Math.max(lowest, piece.box.bottom)
  }

  const freeFrom = (pieces: readonly Piece[], from: number): number => {
    let y = from
    for (let moved = true; moved; ) {
      moved = false
      for (const piece of pieces) {
        const box = lowered(piece.box, y)
        for (const other of taken) {
          if (SHARES[piece.kind].includes(other.kind) || !overlap(box, other.box)) continue
          // Below the other one: each step passes at least one of finitely many.
          y = other.box.bottom - piece.box.top
          moved = true
          break
        }
        if (moved) break
      }
    }
    return y
  }

  return {
    take: (ways, from) => {
      taken = taken.filter(({ box }) => box.bottom > from - TALLEST)
      let best = { y: Number.POSITIVE_INFINITY, way: 0 }
      ways.forEach((pieces, way) => {
        const y = freeFrom(pieces, from)
        if (y + 12 < best.y || best.y === Number.POSITIVE_INFINITY) best = { y, way }
      })
      for (const { kind, box } of ways[best.way] ?? []) occupy({ kind, box: lowered(box, best.y) })
      return best
    },
    occupy,
    bottom: () => lowest,
  }
}
