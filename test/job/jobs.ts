import * as assert from 'uvu/assert'
import { LocalEnvironment } from '../../src/environment/local-environment.ts'
import type { EnvironmentOptions } from '../../src/environment/environment-options.ts'
import { JobCancelledError, JobFailedError } from '../../src/job/job-errors.ts'
import type { JobResult, NodeResult } from '../../src/job/job-result.ts'
import type { PipelineGraph } from '../../src/graph/pipeline-graph.ts'
import { rest, turn } from '../support/turns.ts'

/** An environment whose timeouts are short: a job that has to wait for one still ends within the test. */
export const createEnvironment = (options: EnvironmentOptions = {}): LocalEnvironment =>
  new LocalEnvironment('job', { stopTimeout: 50, teardownTimeout: 50, ...options })

/** What the job failed with; fails when it did not. */
export const failureOf = async (job: Promise<unknown>): Promise<JobFailedError> => {
  const error = await rejectionOf(job)
  assert.instance(error, JobFailedError)
  return error as JobFailedError
}

export const cancellationOf = async (job: Promise<unknown>): Promise<JobCancelledError> => {
  const error = await rejectionOf(job)
  assert.instance(error, JobCancelledError)
  return error as JobCancelledError
}

export const rejectionOf = async (job: Promise<unknown>): Promise<unknown> => {
  try {
    await job
  } catch (error) {
    return error
  }
  throw new Error('the job did not reject')
}

export const nodeNamed = ({ nodes }: JobResult, name: string): NodeResult => {
  const node = nodes.find((candidate) => candidate.name === name)
  if (node === undefined) throw new Error(`there is no node ${name}`)
  return node
}

/** The fates and counts of one operator, those that are 0 left out. */
export const bookOf = (result: JobResult, name: string): Partial<NodeResult> => {
  const { id: _, name: __, kind: ___, parallelism: ____, inputs: _____, ...counts } = nodeNamed(result, name)
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0))
}

/** Every record has one fate, and on every edge of records what was sent was received. */
export const assertBooksBalance = (graph: PipelineGraph, result: JobResult): void => {
  const books = new Map(result.nodes.map((node) => [node.id, node]))
  for (const { id, name, kind, inputs } of graph.nodes) {
    const node = books.get(id)
    if (node === undefined) throw new Error(`there is no book of ${name}`)
    const { handled, dropped, deadLettered, failed, unfinished } = node
    const counts = Object.entries(node).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    )
    for (const [column, count] of counts) assert.ok(count >= 0, `${name}.${column} is ${count}`)
    const fates = handled + dropped + deadLettered + failed + unfinished
    assert.is(fates, node.in, `the fates of ${name}: ${JSON.stringify(node)}`)
    if (result.status === 'completed') assert.is(failed + unfinished, 0, `${name} in a completed job`)
    if (kind === 'source' || kind === 'sideOutput' || kind === 'deadLetters') continue
    let sent = 0
    for (const input of inputs) {
      const { out, kind: from } = books.get(input) as NodeResult
      sent += from === 'broadcast' ? out * node.parallelism : out
    }
    assert.is(node.in, sent, `what ${name} received of what was sent to it: ${JSON.stringify(result.nodes)}`)
  }
}

export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}

export const deferred = <T = void>(): Deferred<T> => {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((fulfil, refuse) => {
    resolve = fulfil
    reject = refuse
  })
  return { promise, resolve, reject }
}

export const never = <T = never>(): Promise<T> => new Promise<T>(() => {})

export { rest, turn }

/** Lets the event loop turn until it is so; the test's timeout bounds it. */
export const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await turn()
}

/** The line of this call in the file that makes it, for errors that name the user's line. */
export const hereLine = (): number => {
  const line = /:(\d+):\d+\)?$/.exec((new Error().stack ?? '').split('\n')[2] ?? '')
  return Number(line?.[1])
}
