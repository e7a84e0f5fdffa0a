/** The token that every request must bring. */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const LEAST_TOKEN_LENGTH = 16
const TOKEN = new RegExp(`^[A-Za-z0-9_-]{${LEAST_TOKEN_LENGTH},200}$`)
const BEARER = /^Bearer +([A-Za-z0-9_-]{1,200})$/i

/** One that nobody guesses: 192 bits. */
export function makeToken(): string {
  return randomBytes(24).toString('base64url')
}

/** @throws when the token is too short, or has characters that would not survive a header or a command line */
export function assertToken(token: string): void {
  if (!TOKEN.test(token)) throw new Error(`a token has ${LEAST_TOKEN_LENGTH} to 200 letters, digits, - and _`)
}

/** Takes equally long whatever is given, so that nobody finds the token letter by letter. */
export function bringsToken(authorization: string | undefined, token: string): boolean {
  const given = BEARER.exec(authorization ?? '')?.[1] ?? ''
  return timingSafeEqual(digestOf(given), digestOf(token))
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
