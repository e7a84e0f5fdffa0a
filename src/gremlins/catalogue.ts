import type { Gremlin } from '../core/gremlin.ts'
import { crash } from './crash.ts'
import { crashAfterCommit } from './crash-after-commit.ts'
import { crashBeforeWork } from './crash-before-work.ts'
import { droppedAnswer } from './dropped-answer.ts'
import { droppedRequest } from './dropped-request.ts'
import { duplicateDelivery } from './duplicate-delivery.ts'
import { errorAnswer } from './error-answer.ts'
import { kill } from './kill.ts'
import { latency } from './latency.ts'
import { outage } from './outage.ts'
import { partition } from './partition.ts'
import { pause } from './pause.ts'

/** Every gremlin by name. Options are checked by the gremlin's own schema before `strike` sees them. */
export const GREMLINS: Readonly<Record<string, Gremlin>> = {
  latency,
  'crash-before-work': crashBeforeWork,
  'crash-after-commit': crashAfterCommit,
  'dropped-answer': droppedAnswer,
  'dropped-request': droppedRequest,
  'error-answer': errorAnswer,
  'duplicate-delivery': duplicateDelivery,
  outage,
  partition,
  kill,
  crash,
  pause,
}
