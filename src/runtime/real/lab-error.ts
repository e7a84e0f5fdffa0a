/** The lab itself failed. The message is for people: what happened, where, what to do. */
export class LabError extends Error {
  override name = 'LabError'
}
