import * as assert from 'uvu/assert'
import type { LocalEnvironment } from '../../src/environment/local-environment.ts'
import type { Transformation } from '../../src/graph/transformation.ts'
import type { JobFailedError } from '../../src/job/job-errors.ts'
import { assertBooksBalance, failureOf } from './jobs.ts'

export const boom = new Error('boom')

export const fail = (): never => {
  throw boom
}

export const nodeAt = ({ graph }: LocalEnvironment, name: string): Transformation => {
  const node = graph.nodes.find((candidate) => candidate.name === name)
  if (node === undefined) throw new Error(`there is no node ${name}`)
  return node
}

/** Submits with a service that must be torn down, and checks all that the error has to tell. */
export const failing = async (
  env: LocalEnvironment,
  expected: { operator: string; cause?: unknown; record?: string },
): Promise<JobFailedError> => {
  const calls: string[] = []
  env.registerService('witness', () => ({
    stop: () => void calls.push('stop'),
    cleanup: () => void calls.push('cleanup'),
  }))
  const error = await failureOf(env.submit({ autostop: true }))
  const { site } = nodeAt(env, expected.operator)
  assert.equal(
    { operator: error.operator, site: error.site, record: error.record },
    { operator: expected.operator, site, record: expected.record },
    error.message,
  )
  assert.is(error.cause, 'cause' in expected ? expected.cause : boom)
  assert.is(error.code, 'ERR_JOB_FAILED')
  assert.ok(error.remedy !== undefined && error.message.includes(error.remedy), 'a remedy')
  assert.match(error.message, `${expected.operator} (${site!.file}:${site!.line})`)
  assert.is(error.result.status, 'failed')
  assert.is(env.status, 'failed')
  assert.equal(calls, ['stop', 'cleanup'])
  assert.equal(error.result.services, [{ name: 'witness', stopped: true, cleaned: true, killed: false }])
  assertBooksBalance(env.graph, error.result)
  return error
}
