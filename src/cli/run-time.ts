/** When a run began, in milliseconds since the epoch: its folder is named by that moment. Undefined: somebody renamed it. */
export function timeInName(folderName: string): number | undefined {
  const [, day, hour, minute, second, ms] = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})-/.exec(folderName) ?? []
  if (day === undefined) return undefined
  const atMs = Date.parse(`${day}T${hour}:${minute}:${second}.${ms}Z`)
  return Number.isNaN(atMs) ? undefined : atMs
}
