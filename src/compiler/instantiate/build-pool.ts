import { RecordTimeoutError } from '../../errors/record-timeout-error.ts'
import type { Transformation } from '../../graph/transformation.ts'
import { CallPool } from '../../runtime/flow-control/call-pool.ts'
import { CallsActivity } from '../../runtime/metrics/calls-activity.ts'
import type { Replay } from '../../runtime/dead-letters/given-up.ts'
import { partialBook } from '../../runtime/metrics/partial-book.ts'
import { flattenStage } from '../../runtime/operators/flatten-stage.ts'
import { PoolStage } from '../../runtime/operators/pool-stage.ts'
import { CallContext } from '../../runtime/task/call-context.ts'
import { PoolHead } from '../../runtime/task/heads/pool-head.ts'
import type { Stage } from '../../runtime/task/stage.ts'
import { nodeOf } from '../plan.ts'
import type { BuildContext } from './instantiate.ts'
import type { Segment } from './segment.ts'
import type { SubtaskEnvironment } from './subtask-environment.ts'

/** Cuts a chain at an operator whose calls may overlap: one strand makes the calls, the next reads the results. */
export function buildPool(
  stage: Stage,
  caller: Segment,
  reader: Segment,
  environment: SubtaskEnvironment,
  { plan, resources }: BuildContext,
): void {
  const node = stage.node as Transformation & { kind: 'map' }
  const member = nodeOf(plan, node.id)
  const { concurrency, ordered, keyed, timeout } = node
  const scope = environment.scope(member)
  const pool = new CallPool({
    capacity: concurrency,
    ordered,
    keyed,
    timeout,
    clock: resources.clock,
    createContext: () => new CallContext(scope),
    call: stage.call,
    timeoutError: () => callTimeout(node, timeout),
  })
  pool.caller = caller.late
  pool.reader = reader.late
  caller.calls = new CallsActivity(reader.activity)
  // The operator itself counts on a book of its own. A batched sink has its intake where the batches are gathered.
  const intake = partialBook(stage.batched === true ? 'in' : 'out')
  const fates = partialBook('in')
  environment.entry(member, caller).keep(intake)
  environment.entry(member, reader).keep(fates)
  // Opened where the calls are made, closed where their results are read: only what was opened is closed.
  let opened = false
  const open = async (): Promise<void> => {
    await stage.open?.()
    opened = true
  }
  const close = (): unknown => {
    pool.close()
    return opened ? stage.close?.() : undefined
  }
  const { late, letters } = caller
  // A batch has several records.
  const replay = (): Replay | null =>
    letters.current?.nodeId === node.id && stage.batched !== true ? letters.current : null
  caller.add(new PoolStage({ ...stage, book: intake }, open, pool, () => late.reply, replay, member.timed))
  reader.nodes.push(node.id)
  reader.head = new PoolHead(pool, stage, fates, reader.failures, close)
  if (stage.mode === 'many') reader.add(flattenStage({ ...stage, book: fates }))
}

function callTimeout({ name, site }: Transformation, timeout: number | undefined): RecordTimeoutError {
  return new RecordTimeoutError(`A call of '${name}' took longer than ${timeout} ms.`, {
    operator: name,
    site,
    remedy: 'Raise the timeout option, or look at what the call waits for; its ctx.signal is aborted.',
  })
}
