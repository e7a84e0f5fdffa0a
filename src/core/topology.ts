/** The services of the lab and who calls whom. */

export const SERVICES = ['order', 'payment', 'inventory', 'notification', 'bank', 'fx', 'logging'] as const
export type ServiceName = (typeof SERVICES)[number]

export const EDGES = [
  'order→inventory',
  'order→payment',
  'order→notification',
  'payment→bank',
  'payment→fx',
  'payment→logging',
  // A participant in doubt asks whoever coordinates it.
  'inventory→order',
  'payment→order',
  'bank→payment',
] as const
export type Edge = (typeof EDGES)[number]

/** `order→payment` gives `payment`. */
export function calleeOf(edge: Edge): ServiceName {
  return edge.slice(edge.indexOf('→') + 1) as ServiceName
}

/** `order→payment` gives `order`. */
export function callerOf(edge: Edge): ServiceName {
  return edge.slice(0, edge.indexOf('→')) as ServiceName
}
