/** Where a request goes over HTTP: buyers come to paths of their own, services to `/<operation>/<effect>`. */

import type { Operation, Request } from '../../core/call.ts'
import type { RequestKind } from '../../core/purchase.ts'

type About = Pick<Request, 'operation' | 'effect'>

export const BUYERS_PATHS: Readonly<Record<RequestKind, string>> = {
  order: '/orders',
  stock: '/stock',
  notification: '/notifications',
  payment: '/payments',
}

export function pathOf({ operation, effect }: About): string {
  return operation === 'place' ? BUYERS_PATHS[effect as RequestKind] : `/${operation}/${effect}`
}

/** What a path that `pathOf` has given is about. */
export function whatOf(path: string): About {
  const kind = Object.entries(BUYERS_PATHS).find(([, each]) => each === path)?.[0]
  if (kind !== undefined) return { operation: 'place', effect: kind }
  const [, operation, effect] = path.split('/')
  return { operation: operation as Operation, effect: effect as string }
}
