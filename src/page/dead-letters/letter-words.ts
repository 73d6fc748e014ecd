import type { JobStatus } from '../../job/job-status.ts'
import type {
  DeadLetterCounts,
  DeadLetterInfo,
  LetterChoice,
  LetterObstacle,
} from '../../protocol/dead-letters.ts'
import { formatCount } from '../format/format.ts'

/** Why a record cannot be replayed. */
export const obstacles: Readonly<Record<LetterObstacle, string>> = {
  'no-record': 'There was no record: a timer or the end of its input failed.',
  request: 'It was a request to a service, and who asked has been told.',
  'too-large': 'It is larger than 64 KiB, and is not kept whole.',
  'not-plain-data': 'It holds what cannot be written down, such as a function.',
}

/** How a letter stands, by word and shape. */
export function standingOf({ state, obstacle }: Pick<DeadLetterInfo, 'state' | 'obstacle'>): string {
  if (state === 'replaying') return '↻ replaying'
  return obstacle === null ? '○ kept' : '✕ cannot be replayed'
}

/** Why a job takes no records back; null: it does. */
export function refusalOf(status: JobStatus): string | null {
  switch (status) {
    case 'queued':
    case 'running':
    case 'restarting':
      return null
    case 'stopped':
      return 'A stopped job takes no records back: continue it first.'
    case 'stopping':
      return 'The job is stopping. When it has, continue it, and replay then.'
    default:
      return 'The job is over, and takes no records back. A restart reads its input anew.'
  }
}

export const lettersOf = (count: number): string =>
  `${formatCount(count)} ${count === 1 ? 'letter' : 'letters'}`

/** How many there are and what became of others, in sentences. */
export function summaryOf({ operators, replayed, deleted, dropped, notKept }: DeadLetterCounts): string {
  const kept = operators.reduce((sum, operator) => sum + operator.kept, 0)
  const replaying = operators.reduce((sum, operator) => sum + operator.replaying, 0)
  const said = [
    `${formatCount(kept)} kept${replaying === 0 ? '' : `, ${formatCount(replaying)} being replayed`}.`,
  ]
  const were = (count: number): string => `${formatCount(count)} ${count === 1 ? 'was' : 'were'}`
  if (replayed > 0) said.push(`${were(replayed)} replayed.`)
  if (deleted > 0) said.push(`${were(deleted)} deleted.`)
  if (dropped > 0) said.push(`${were(dropped)} dropped for newer ones.`)
  if (notKept > 0) said.push(`${were(notKept)} not kept: too many came at once.`)
  return said.join(' ')
}

/** Those that are chosen; none: all, of an operator where one is shown. */
export function choiceOf(chosen: ReadonlySet<number>, operator: string): LetterChoice {
  if (chosen.size > 0) return { ids: [...chosen] }
  return operator === '' ? { all: true } : { all: true, operator }
}
