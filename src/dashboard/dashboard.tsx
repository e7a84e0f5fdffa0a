/** The screen in the terminal: a pure view of what the desk knows. */

import { Box, Text, useInput, usePaste } from 'ink'
import { memo } from 'react'
import type { DeskState } from './desk.ts'
import type { Press } from './keys.ts'
import { type Paint, paint } from './paint.ts'
import { screenLines, type WindowSize } from './screen.ts'

export interface DashboardProps {
  readonly state: DeskState
  readonly size: WindowSize
  readonly how: Paint
  readonly press: (press: Press) => void
}

/** Keys that come in one piece were typed quickly; more than these are no keys. */
const MOST_KEYS_AT_ONCE = 8

export function Dashboard({ state, size, how, press }: DashboardProps) {
  useInput((input, key) => {
    const characters = [...input]
    if (characters.length > MOST_KEYS_AT_ONCE) return
    if (characters.length === 0) characters.push('')
    for (const character of characters) press({ ...key, input: character })
  })
  // What is pasted by mistake would be a key for each of its letters.
  usePaste(() => undefined)
  return (
    <Box flexDirection='column'>
      {screenLines(state, size).map((line, at) => (
        <Row key={at} text={paint(line, how)} />
      ))}
    </Box>
  )
}

/** Most lines are the same in the next snapshot, and cost nothing then. An empty text would have no height. */
const Row = memo(function Row({ text }: { readonly text: string }) {
  return <Text wrap='truncate'>{text === '' ? ' ' : text}</Text>
})
