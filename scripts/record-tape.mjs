/** What a cast is made of: what a program wrote while it had a screen of its own, and which keys were pressed. */

/** A program's own screen, and the one that was there before. */
const SCREEN_IS_THERE = '\u001b[?1049h'
const SCREEN_IS_BACK = '\u001b[?1049l'

/**
 * The events of an asciicast, version 2, each with its seconds since the program's screen was there: `o` is output, `m` a mark.
 *
 * @param {() => number} nowMs
 */
export function openTape(nowMs) {
  /** @type {[number, 'o' | 'm', string][]} */
  const events = []
  /** @type {number | undefined} */
  let begunMs
  let over = false
  const note = (/** @type {'o' | 'm'} */ kind, /** @type {string} */ text) => {
    if (begunMs === undefined || text === '') return
    events.push([Math.round(nowMs() - begunMs) / 1_000, kind, text])
  }
  return {
    events: () => events,
    /** @param {string} text */
    heard(text) {
      if (over) return
      const end = text.indexOf(SCREEN_IS_BACK)
      over = end >= 0
      const shown = over ? text.slice(0, end) : text
      const begin = begunMs === undefined ? shown.indexOf(SCREEN_IS_THERE) : 0
      if (begin < 0) return
      begunMs ??= nowMs()
      note('o', shown.slice(begin))
    },
    /** @param {string} says */
    pressed: (says) => note('m', says),
  }
}
