import type { WireError } from '../../protocol/wire-error.ts'
import type { ObservedJob, ObservedLine } from '../job-provider.ts'
import type { StatusTable } from '../status-tables.ts'
import { jobError } from '../wire/job-error.ts'
import { timeOf } from '../wire/observed-time.ts'
import { UnreadableJob } from '../wire/read-jobs.ts'
import { countOf, fieldReader, numberOf, textOf } from './field-path.ts'
import type { GenericLogs, GenericParts } from './generic-config.ts'

export type ReadJob = (item: unknown) => ObservedJob | UnreadableJob

/** How to read a job whose parts are where the configuration says. */
export function jobReader({ fields, times }: GenericParts, statuses: StatusTable): ReadJob {
  const { cost } = fields
  const read = {
    id: fieldReader(fields.id),
    status: fieldReader(fields.status),
    name: fieldReader(fields.name),
    version: fieldReader(fields.version),
    submittedAt: fieldReader(fields.submittedAt),
    startedAt: fieldReader(fields.startedAt),
    endedAt: fieldReader(fields.endedAt),
    restarts: fieldReader(fields.restarts),
    amount: fieldReader(cost?.amount),
    error: fieldReader(fields.error),
    url: fieldReader(fields.url),
  }
  return (item) => {
    const externalId = textOf(read.id(item))
    if (externalId === undefined) return new UnreadableJob(`there is no id at ${fields.id}`)
    const word = textOf(read.status(item))
    if (word === undefined) return new UnreadableJob(`there is no status at ${fields.status}`)
    const status = statuses.statusOf(word)
    const amount = numberOf(read.amount(item))
    const url = textOf(read.url(item))
    return withoutGaps({
      externalId,
      status,
      externalStatus: word,
      name: textOf(read.name(item)),
      version: countOf(read.version(item)),
      submittedAt: timeOf(read.submittedAt(item), times),
      startedAt: timeOf(read.startedAt(item), times),
      endedAt: timeOf(read.endedAt(item), times),
      restarts: countOf(read.restarts(item)),
      cost: amount === undefined || cost === undefined ? undefined : { amount, unit: cost.unit },
      error: status === 'failed' || status === 'cancelled' ? errorIn(read.error(item)) : undefined,
      url: url !== undefined && /^https?:\/\//.test(url) ? url : undefined,
    })
  }
}

/** Of an array of lines, which are texts or objects. What has no text is an empty line, so that none changes its place. */
export function lineReader(
  { text, time }: GenericLogs,
  { times }: GenericParts,
): (item: unknown) => ObservedLine {
  const readText = fieldReader(text)
  const readTime = fieldReader(time)
  return (item) => {
    if (typeof item === 'string') return { text: item }
    const at = timeOf(readTime(item), times)
    return { text: textOf(readText(item)) ?? '', ...(at === undefined ? {} : { at }) }
  }
}

function errorIn(value: unknown): WireError | undefined {
  if (typeof value !== 'object' || value === null) {
    const text = textOf(value)
    return text === undefined ? undefined : jobError(text)
  }
  const { message } = value as { readonly message?: unknown }
  return jobError(textOf(message) ?? JSON.stringify(value))
}

type Gaps<T> = { readonly [K in keyof T]: T[K] | undefined }

/** What is missing must not be there, as it would say something else than nothing. */
function withoutGaps(job: Gaps<Required<Omit<ObservedJob, 'logs'>>>): ObservedJob {
  const found = Object.entries(job).filter(([, value]) => value !== undefined)
  return Object.fromEntries(found) as unknown as ObservedJob
}
