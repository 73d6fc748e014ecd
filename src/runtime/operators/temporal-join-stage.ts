import type { TemporalJoinNode } from '../../graph/transformation.ts'
import { isThenable } from '../../util/is-thenable.ts'
import { CallContext } from '../task/call-context.ts'
import { Stamp } from '../task/event-time.ts'
import type { Stage } from '../task/stage.ts'
import { Breather, type Join, JoinedIterator } from './joined-iterator.ts'
import { keepWatermark } from './kept-watermark.ts'
import { checkTimestamp, lateRecords } from './late-records.ts'
import type { StageEnvironment } from './stage-environment.ts'
import { VersionedTable } from './versioned-table.ts'

/** What the function table has for the node. */
export interface TemporalJoinFunctions {
  readonly join: Join
  readonly isDelete?: ((row: unknown) => boolean) | undefined
}

/** Joins each left record with the row of its key in a table whose rows come by the right input. */
export function temporalJoinStage(node: TemporalJoinNode, given: unknown, env: StageEnvironment): Stage {
  const functions = given as TemporalJoinFunctions
  return node.time === 'event' ? byEventTime(node, functions, env) : byProcessingTime(node, functions, env)
}

/**
 * A left record waits until the watermark has passed it: then all versions of its row up to its time are there. A row
 * behind the watermark still counts for the records to come, unless a newer one has taken its place.
 */
function byEventTime(
  node: TemporalJoinNode,
  { join, isDelete = () => false }: TemporalJoinFunctions,
  env: StageEnvironment,
): Stage {
  const { eventTime } = env
  const table = new VersionedTable(env.state.table('rows'))
  const stamp = new Stamp()
  const takeLate = lateRecords(node.id, env, node.late)
  keepWatermark(env)
  const call: Stage['call'] = (value, key, input, timestamp) => {
    const { watermark } = eventTime
    checkTimestamp(timestamp, value)
    if (input === 1) {
      const version = { time: timestamp, row: value, deleted: isDelete(value) }
      if (!table.put(key, version, watermark)) return takeLate(value, timestamp)
    } else if (timestamp <= watermark) return takeLate(value, timestamp)
    else table.wait(key, { time: timestamp, value })
    stage.dueAt = table.due
    return undefined
  }
  const stage: Stage & { dueAt: number } = {
    ...common(node, env),
    timed: true,
    stamp,
    dueAt: Infinity,
    open: () => {
      table.restore()
      stage.dueAt = table.due
    },
    call,
    advance: (watermark) => {
      stage.dueAt = table.due
      return stage.dueAt > watermark || stage.dueAt === Infinity ? undefined : dated(watermark)
    },
    close: () => table.clear(),
  }
  const dated = (watermark: number): Iterable<unknown> => {
    const breather = new Breather()
    return new JoinedIterator(() => {
      for (;;) {
        const record = table.take(watermark)
        if (record === null) return null
        if (record.row !== undefined || node.type === 'left') {
          stamp.timestamp = record.time
          return { joined: join(record.value, record.row, record.key) }
        }
        const rest = breather.take()
        if (rest !== null) return rest
      }
    })
  }
  return stage
}

/** Each left record meets the row as it is when the record comes. */
function byProcessingTime(
  node: TemporalJoinNode,
  { join, isDelete = () => false }: TemporalJoinFunctions,
  env: StageEnvironment,
): Stage {
  const rows = env.state.table<unknown>('rows')
  const outputs = (joined: unknown): readonly unknown[] | undefined =>
    joined === undefined ? undefined : [joined]
  const call = (value: unknown, key: unknown, input: number): unknown => {
    if (input === 1) {
      if (isDelete(value)) rows.delete(key)
      else rows.set(key, value)
      return undefined
    }
    const cell = rows.cell(key)
    if (cell === undefined && node.type === 'inner') return undefined
    // The function may change the row in place.
    if (cell !== undefined && cell.epoch !== rows.epoch) rows.touch(cell)
    const joined = join(value, cell?.value, key)
    return isThenable(joined) ? Promise.resolve(joined).then(outputs) : outputs(joined)
  }
  return { ...common(node, env), call, close: () => rows.clear() }
}

function common(
  node: TemporalJoinNode,
  env: StageEnvironment,
): Pick<Stage, 'node' | 'book' | 'mode' | 'takes' | 'context'> {
  return { node, book: env.book, mode: 'many', takes: 'internal', context: new CallContext(env.scope) }
}
