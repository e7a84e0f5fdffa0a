import type { Env, Row, Statement, Work } from '../core/env.ts'
import type { Decision, Order, RunningWorkflow, Workflow, WorkflowSetting } from '../core/pattern.ts'
import { sql } from '../core/statement.ts'
import { WORKFLOWS } from './workflows/catalogue.ts'

export interface SwitchableWorkflow {
  /** Those of every workflow: nobody knows yet which will be wanted. */
  readonly tables: readonly Statement[]
  create(env: Env): RunningWorkflow
  /** New orders go by it. */
  turn(setting: WorkflowSetting): void
}

const ORDER_WORKFLOWS = sql('CREATE TABLE order_workflows (id TEXT PRIMARY KEY, workflow TEXT NOT NULL)')

function workflowOf({ workflow: name }: WorkflowSetting): Workflow {
  const found = Object.hasOwn(WORKFLOWS, name) ? WORKFLOWS[name] : undefined
  if (!found) throw new Error(`there is no workflow '${name}'`)
  return found
}

/**
 * A workflow that another one can take the place of while orders are placed. Each order ends by the workflow that it began by, also
 * in a later life of the order service: which one that is is written before its first step, where it is not the variant's own.
 */
export function switchableWorkflow(own: WorkflowSetting): SwitchableWorkflow {
  let current = own
  const statements = [ORDER_WORKFLOWS, ...Object.values(WORKFLOWS).flatMap(({ tables }) => tables)]
  return {
    tables: [...new Map(statements.map((statement) => [statement.sql, statement])).values()],
    create: (env) => runSwitchable(env, own, () => current),
    turn(setting) {
      current = setting
    },
  }
}

function runSwitchable(env: Env, own: WorkflowSetting, current: () => WorkflowSetting): RunningWorkflow {
  const running = new Map<string, RunningWorkflow>()

  function run(setting: WorkflowSetting): RunningWorkflow {
    const name = JSON.stringify(setting)
    const known = running.get(name)
    if (known) return known
    const { options, create } = workflowOf(setting)
    const begun = create(options.parse(setting.options), env)
    running.set(name, begun)
    return begun
  }

  function rows(statement: Statement): Promise<Row[]> {
    return env.store.transaction(function* (): Work<Row[]> {
      return yield statement
    })
  }

  const base = run(own)
  const written = (row: Row) => run(JSON.parse(String(row.workflow)) as WorkflowSetting)

  async function of(orderId: string): Promise<RunningWorkflow> {
    const [row] = await rows(sql('SELECT workflow FROM order_workflows WHERE id = ?', orderId))
    return row ? written(row) : base
  }

  async function place(order: Order) {
    const setting = current()
    if (setting === own) return base.place(order)
    await env.store.transaction(function* () {
      yield sql('INSERT INTO order_workflows VALUES (?, ?)', order.id, JSON.stringify(setting))
    })
    return run(setting).place(order)
  }

  /** Those that orders of earlier lives went by. */
  async function resumeOthers(): Promise<void> {
    const others = new Set((await rows(sql('SELECT workflow FROM order_workflows ORDER BY id'))).map(written))
    others.delete(base)
    for (const other of others) other.resume()
  }

  return {
    place,
    ...(base.postponing ? { postponing: base.postponing } : {}),
    recover: async (order) => (await of(order.id)).recover(order),
    resume() {
      base.resume()
      env.background('resume workflows', resumeOthers)
    },
    // Presumed abort: whoever went by a workflow without votes was never asked for one.
    async inquire(orderId, live): Promise<Decision> {
      const { inquire } = await of(orderId)
      return inquire ? inquire(orderId, live) : 'abort'
    },
  }
}
