import type { JobProgress } from '../../runtime/metrics/job-metrics.ts'
import { formatShare } from '../format/format.ts'

type NodeActivity = JobProgress['activity'][number]
type Times = Pick<NodeActivity, 'busyMs' | 'heldMs' | 'idleMs'>

/** What the time of an operator went into, each from 0 to 1. */
export interface Shares {
  readonly busy: number
  readonly held: number
  readonly idle: number
}

/** By the id of an operator, and by `subtaskKey` of each of its subtasks. Those that have ended have none. */
export type SharesByKey = Readonly<Record<string, Shares>>

export const subtaskKey = (node: string, index: number): string => `${node}/${index}`

/** Since that was told before; since the beginning, where nothing was, or the job has been restarted since. */
export function sharesSince(
  before: Pick<JobProgress, 'activity'> | undefined,
  { activity }: Pick<JobProgress, 'activity'>,
): SharesByKey {
  const known = new Map(before?.activity.flatMap(timesOf))
  return Object.fromEntries(
    activity.flatMap(timesOf).flatMap(([key, now]) => {
      const shares = sharesOf(now, known.get(key))
      return shares === null ? [] : [[key, shares]]
    }),
  )
}

function timesOf(node: NodeActivity): readonly (readonly [string, Times])[] {
  return [
    [node.node, node],
    ...node.subtasks.map((subtask) => [subtaskKey(node.node, subtask.index), subtask] as const),
  ]
}

function sharesOf(now: Times, then: Times | undefined): Shares | null {
  if (then !== undefined && sum(now) < sum(then)) return sharesOf(now, undefined)
  // What was just told of turns that are not over may be corrected.
  const busy = Math.max(0, now.busyMs - (then?.busyMs ?? 0))
  const held = Math.max(0, now.heldMs - (then?.heldMs ?? 0))
  const idle = Math.max(0, now.idleMs - (then?.idleMs ?? 0))
  const all = busy + held + idle
  return all <= 0 ? null : { busy: busy / all, held: held / all, idle: idle / all }
}

const sum = ({ busyMs, heldMs, idleMs }: Times): number => busyMs + heldMs + idleMs

/** `busy 80 %, held back 15 %, waiting 5 %` */
export const wordsOf = ({ busy, held, idle }: Shares): string =>
  `busy ${formatShare(busy)}, held back ${formatShare(held)}, waiting ${formatShare(idle)}`
