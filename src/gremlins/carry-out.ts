import { type Call, CallError, Refusal, type Request } from '../core/call.ts'

/** Whether an exception is something that would have been answered: a "no", or a call further down that failed. */
export function wouldBeAnswered(error: unknown): boolean {
  return error instanceof Refusal || error instanceof CallError
}

/** Does the work and forgets the answer, a "no" included. A bug is thrown, and so is a connection that was lost already. */
export async function carryOut(next: Call, request: Request, signal: AbortSignal): Promise<void> {
  try {
    await next(request, signal)
  } catch (error) {
    if (!wouldBeAnswered(error)) throw error
  }
}
