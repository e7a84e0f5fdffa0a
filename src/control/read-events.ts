/** Server-sent events out of a stream of bytes, as the HTML standard reads them, with a bound on each. */

export interface StreamEvent {
  readonly event: string
  readonly data: string
}

/** @throws when an event has more characters than allowed */
export async function* readEvents(chunks: AsyncIterable<Uint8Array>, mostChars: number): AsyncGenerator<StreamEvent> {
  let event = ''
  let data: string[] = []
  let chars = 0
  for await (const line of readLines(chunks, mostChars)) {
    chars += line.length
    if (chars > mostChars) throw new Error(`an event has more than ${mostChars} characters`)
    if (line === '') {
      if (data.length > 0) yield { event: event || 'message', data: data.join('\n') }
      event = ''
      data = []
      chars = 0
      continue
    }
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/su.exec(line) ?? []
    if (field === 'data') data.push(value)
    else if (field === 'event') event = value
  }
}

/** Lines end with CR, LF or both. What has no end is no line: an event that was cut off is none. */
async function* readLines(chunks: AsyncIterable<Uint8Array>, mostChars: number): AsyncGenerator<string> {
  // Takes a mark at the beginning away, and letters that two chunks share together.
  const decoder = new TextDecoder()
  /** Pieces of the line that has no end yet; joined once, however many they are. */
  let pieces: string[] = []
  let chars = 0
  let afterCr = false
  for await (const chunk of chunks) {
    let text = decoder.decode(chunk, { stream: true })
    if (text === '') continue
    if (afterCr && text.startsWith('\n')) text = text.slice(1)
    afterCr = text.endsWith('\r')
    const lines = text.split(/\r\n|\r|\n/)
    const rest = lines.pop() ?? ''
    for (const line of lines) {
      yield pieces.join('') + line
      pieces = []
      chars = 0
    }
    if (rest === '') continue
    pieces.push(rest)
    chars += rest.length
    if (chars > mostChars) throw new Error(`a line has more than ${mostChars} characters`)
  }
}
