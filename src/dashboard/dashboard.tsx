/** The screen in the terminal: lines as they were laid out and painted, and the keys. */

import { Box, Text, useInput, usePaste } from 'ink'
import { memo } from 'react'
import type { Press } from './keys.ts'

export interface DashboardProps {
  readonly lines: readonly string[]
  readonly press: (press: Press) => void
}

/** Keys that come in one piece were typed quickly; more than these are no keys. */
const MOST_KEYS_AT_ONCE = 8

export function Dashboard({ lines, press }: DashboardProps) {
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
      {lines.map((line, at) => (
        <Row key={at} text={line} />
      ))}
    </Box>
  )
}

/** Most lines are the same in the next snapshot, and cost nothing then. An empty text would have no height. */
const Row = memo(function Row({ text }: { readonly text: string }) {
  return <Text wrap='truncate'>{text === '' ? ' ' : text}</Text>
})
