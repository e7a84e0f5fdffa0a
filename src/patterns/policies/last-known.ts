import type { JsonObject, Request } from '../../core/call.ts'

export interface LastKnown {
  keep(request: Request, body: JsonObject, nowMs: number): void
  recall(request: Request): { readonly body: JsonObject; readonly atMs: number } | undefined
}

/**
 * The last answer to each question, `most` of them at once. A question is an operation, an effect and those `fields` of the body that are
 * named (none: the whole body), whoever asks.
 */
export function createLastKnown(most: number, fields: readonly string[]): LastKnown {
  // A Map keeps the order of insertion, and an answer that is renewed is inserted anew: the first is the one to forget.
  const answers = new Map<string, { readonly body: JsonObject; readonly atMs: number }>()

  function questionOf({ operation, effect, body }: Request): string {
    const names = fields.length > 0 ? fields : Object.keys(body)
    const asked = [...names].sort().map((name) => [name, body[name] ?? null])
    return JSON.stringify([operation, effect, asked])
  }

  return {
    keep(request, body, nowMs) {
      const question = questionOf(request)
      answers.delete(question)
      answers.set(question, { body, atMs: nowMs })
      if (answers.size <= most) return
      const [oldest] = answers.keys()
      if (oldest !== undefined) answers.delete(oldest)
    },
    recall: (request) => answers.get(questionOf(request)),
  }
}
