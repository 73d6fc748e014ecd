/** What a sync has done at one provider. */
export interface SyncOutcome {
  readonly provider: string
  /** Jobs that it told of. */
  readonly synced: number
  readonly created: number
  readonly changed: number
  /** Jobs that it told of, and that cannot be understood. */
  readonly unreadable: number
  /** Why it did not come to its end; null: it did. */
  readonly error: string | null
  readonly unknownStatuses: readonly string[]
}

/** What has come of it, for people. */
export function syncMessage(outcomes: readonly SyncOutcome[]): string {
  if (outcomes.length === 0) return 'There is no provider to ask for jobs.'
  const answered = outcomes.filter(({ error, synced }) => error === null || synced > 0)
  const sentences = [
    ...(answered.length === 0 ? [] : [found(answered)]),
    ...outcomes.flatMap(failure),
    ...outcomes.flatMap(unreadable),
    ...outcomes.flatMap(unknown),
  ]
  return sentences.join(' ')
}

function found(outcomes: readonly SyncOutcome[]): string {
  const sum = (part: 'synced' | 'created' | 'changed'): number =>
    outcomes.reduce((total, outcome) => total + outcome[part], 0)
  const [synced, created, changed] = [sum('synced'), sum('created'), sum('changed')]
  if (synced === 0) return 'Found no jobs.'
  const parts = [...(created > 0 ? [`${created} new`] : []), ...(changed > 0 ? [`${changed} changed`] : [])]
  return `Synced ${jobs(synced)}: ${parts.length === 0 ? 'nothing has changed' : parts.join(', ')}.`
}

function failure({ provider, error, synced }: SyncOutcome): readonly string[] {
  if (error === null) return []
  const what = synced === 0 ? 'could not be asked' : `gave no more after ${synced}`
  return [`${provider} ${what}: ${sentence(error)}`]
}

const unreadable = ({ provider, unreadable: count }: SyncOutcome): readonly string[] =>
  count === 0 ? [] : [`${provider} told of ${jobs(count)} that cannot be understood.`]

function unknown({ provider, unknownStatuses }: SyncOutcome): readonly string[] {
  if (unknownStatuses.length === 0) return []
  const words = unknownStatuses.map((word) => `"${word}"`).join(', ')
  return [`${provider} calls jobs ${words}, which nobody knows, so their status stays as it was.`]
}

const jobs = (count: number): string => (count === 1 ? '1 job' : `${count} jobs`)

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
