import type { CheckpointInfo, JobTransition } from '../../protocol/job-info.ts'

/** Something that happened to a job. */
export type Happening =
  | {
      readonly type: 'transition'
      readonly at: number
      readonly transition: JobTransition
      readonly lasted: number | null
    }
  | {
      readonly type: 'checkpoints'
      readonly at: number
      readonly newest: CheckpointInfo
      readonly count: number
    }

/**
 * What happened to a job, oldest first. Checkpoints between two changes of status are one entry: there may be thousands.
 * Savepoints were taken on purpose, and have one each.
 */
export function timelineOf(
  transitions: readonly JobTransition[],
  checkpoints: readonly CheckpointInfo[],
): readonly Happening[] {
  const changes: readonly Happening[] = transitions.map((transition, i) => {
    const at = Date.parse(transition.at)
    const next = transitions[i + 1]
    return {
      type: 'transition',
      at,
      transition,
      lasted: next === undefined ? null : Date.parse(next.at) - at,
    }
  })
  const saved: readonly Happening[] = checkpoints.map((newest) => ({
    type: 'checkpoints',
    at: Date.parse(newest.takenAt),
    newest,
    count: 1,
  }))
  const all = [...changes, ...saved].sort((a, b) => a.at - b.at)
  return all.reduce<Happening[]>((kept, one) => {
    const last = kept.at(-1)
    const isRun =
      one.type === 'checkpoints' &&
      last?.type === 'checkpoints' &&
      one.newest.kind === 'checkpoint' &&
      last.newest.kind === 'checkpoint'
    if (isRun) kept[kept.length - 1] = { ...one, count: last.count + 1 }
    else kept.push(one)
    return kept
  }, [])
}
