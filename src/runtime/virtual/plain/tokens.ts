/** Words, signs and literals of a statement, and a reader that goes over them. */

interface Token {
  readonly kind: 'word' | 'number' | 'text' | 'sign' | 'end'
  readonly text: string
  readonly from: number
  readonly to: number
}

const NEXT = /\s*(?:([A-Za-z_]\w*)|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|'((?:[^']|'')*)'|(<=|>=|<>|!=|[=<>+\-*(),.?]))/y

/** Words that cannot name anything here. Whoever forgot one gets an error, and not another meaning. */
const RESERVED = new Set(
  `AND AS BY CASE CONFLICT CREATE DELETE DISTINCT DO FROM GROUP HAVING IN INDEX INSERT INTO IS JOIN LIKE LIMIT NOT NULL OFFSET
  ON OR ORDER PRIMARY RETURNING SELECT SET TABLE UNION UNIQUE UPDATE USING VALUES WHERE`.split(/\s+/),
)

function split(text: string): Token[] {
  const tokens: Token[] = []
  for (let from = 0; ; ) {
    NEXT.lastIndex = from
    const found = NEXT.exec(text)
    if (!found) {
      if (text.slice(from).trim() !== '') throw new Error(`what is '${text.slice(from, from + 20).trim()}'`)
      tokens.push({ kind: 'end', text: '', from: text.length, to: text.length })
      return tokens
    }
    const [whole, word, number, quoted, sign] = found
    const to = from + whole.length
    const kind = word !== undefined ? 'word' : number !== undefined ? 'number' : quoted !== undefined ? 'text' : 'sign'
    const said = word ?? number ?? quoted?.replaceAll("''", "'") ?? sign ?? ''
    tokens.push({ kind, text: said, from: to - whole.trimStart().length, to })
    from = to
  }
}

export interface Reader {
  /** Takes the next token where it is this word or sign. */
  take(text: string): boolean
  /** Takes all of these, one after the other, or fails. */
  expect(...texts: string[]): void
  /** Whether the next token is this word or sign. */
  sees(text: string): boolean
  /** Takes a name, or fails. */
  name(): string
  /** Takes a literal, where the next token is one. */
  number(): number | undefined
  text(): string | undefined
  atEnd(): boolean
  /** Where the next token begins. */
  position(): number
  /** What was read since that position, as it was written. */
  since(position: number): string
}

export function read(statement: string): Reader {
  const tokens = split(statement)
  let next = 0
  let lastTo = 0

  const current = () => tokens[next] as Token
  function advance(): Token {
    const token = current()
    lastTo = token.to
    next += 1
    return token
  }
  function sees(text: string): boolean {
    const token = current()
    return token.kind === 'sign' ? token.text === text : token.kind === 'word' && token.text.toUpperCase() === text
  }
  function take(text: string): boolean {
    if (!sees(text)) return false
    advance()
    return true
  }

  return {
    take,
    sees,
    expect(...texts) {
      for (const text of texts) if (!take(text)) throw new Error(`'${current().text}' where ${text} is expected`)
    },
    name() {
      const { kind, text } = current()
      if (kind !== 'word' || RESERVED.has(text.toUpperCase())) throw new Error(`'${text}' where a name is expected`)
      return advance().text
    },
    number: () => (current().kind === 'number' ? Number(advance().text) : undefined),
    text: () => (current().kind === 'text' ? advance().text : undefined),
    atEnd: () => current().kind === 'end',
    position: () => current().from,
    since: (position) => statement.slice(position, lastTo),
  }
}
