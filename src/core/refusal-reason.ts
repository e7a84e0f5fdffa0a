/**
 * Why a policy refused a call, without the figures of this one call: `order→payment: full` gives `full`, `try again in 812 ms` gives
 * `try again in … ms`. Few, so that they can be counted.
 */
export function refusalReason(detail: string): string {
  const colon = detail.indexOf(': ')
  return detail.slice(colon < 0 ? 0 : colon + 2).replace(/\d+(?:\.\d+)?/g, '…')
}
