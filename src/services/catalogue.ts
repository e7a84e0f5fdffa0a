import type { Service } from '../core/service.ts'
import type { ServiceName } from '../core/topology.ts'
import { bank } from './bank.ts'
import { fx } from './fx.ts'
import { inventory } from './inventory.ts'
import { logging } from './logging.ts'
import { notification } from './notification.ts'
import { order } from './order.ts'
import { payment } from './payment.ts'

/** Every service by name. */
export const SERVICE_CATALOGUE: Readonly<Record<ServiceName, Service>> = {
  order,
  payment,
  inventory,
  notification,
  bank,
  fx,
  logging,
}
