import type { Call } from './call.ts'
import type { Env } from './env.ts'
import type { Layer } from './layer.ts'

/** Puts layers around a call; the first layer is the outermost. Without layers it is `next` itself. */
export function compose(layers: readonly Layer[], next: Call, env: Env): Call {
  return layers.reduceRight((inner, layer) => layer(inner, env), next)
}
