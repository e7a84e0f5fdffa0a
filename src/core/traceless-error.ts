/**
 * An error that is an answer and no bug: thrown often, caught by whoever asked, and its stack read by nobody. Where it was thrown is
 * not written down, which is most of what an error costs.
 */
export class TracelessError extends Error {
  constructor(message: string) {
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(message)
    Error.stackTraceLimit = stackTraceLimit
  }
}
