import { lastValueFrom } from 'rxjs'
import * as assert from 'uvu/assert'
import { insideJob, LocalEnvironment, RemoteEnvironment } from '../../src/index.ts'
import type { JobResult } from '../../src/job/job-result.ts'
import {
  type HostedSubmit,
  type JobProcessHost,
  jobProcessKey,
} from '../../src/environment/job-process-host.ts'
import { suite, type TestContext } from '../support/suite.ts'

/** Hosts this process as if it were a job's, until the test is over. */
const host = (
  { cleanup }: TestContext,
  ordinal: number,
  earlier: (hosted: HostedSubmit) => Promise<JobResult>,
): HostedSubmit[] => {
  const seen: HostedSubmit[] = []
  const made: JobProcessHost = {
    version: 1,
    ordinal,
    get submits() {
      return seen.length
    },
    submit: (hosted) => {
      seen.push(hosted)
      return seen.length <= ordinal ? earlier(hosted) : new Promise(() => {})
    },
  }
  Reflect.set(globalThis, jobProcessKey, made)
  cleanup(() => Reflect.deleteProperty(globalThis, jobProcessKey))
  return seen
}

const never = async (): Promise<JobResult> => Promise.reject(new Error('there is none'))

const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  let is = false
  const note = (): void => void (is = true)
  promise.then(note, note)
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
  return is
}

const counting = (): { env: RemoteEnvironment; seen: { readonly values: readonly number[] } } => {
  const env = new RemoteEnvironment('counting', { checkpoints: false })
  const seen = env.fromBatch([1, 2, 3]).collect()
  return { env, seen }
}

suite('a RemoteEnvironment in the process of a job', (test) => {
  test('hands over what is recorded, and never returns', async (context) => {
    assert.is(insideJob(), false)
    const hosted = host(context, 0, never)
    assert.is(insideJob(), true)
    const { env, seen } = counting()
    assert.is(await settled(env.submit({ autostop: true })), false)
    assert.equal(hosted[0]!.graph, env.graph)
    const job = await hosted[0]!.start({ autostop: true }, null)
    assert.is((await job.result).status, 'completed')
    assert.equal(seen.values, [1, 2, 3])
    assert.equal([...hosted[0]!.collected().values()], [[1, 2, 3]])
  })

  test('never returns either where a handle is asked for', async (context) => {
    for (const method of ['submit', 'start'] as const) {
      const hosted = host(context, 0, never)
      assert.is(await settled(counting().env[method]()), false)
      assert.is(hosted.length, 1)
    }
  })

  test('gives what earlier submits came to, and what they collected', async (context) => {
    const { env, seen } = counting()
    const local = new LocalEnvironment('counting')
    local.fromBatch([1, 2, 3]).collect()
    const result = await local.submit({ autostop: true })
    host(context, 1, async (hosted) => {
      hosted.fill('n1', [7, 8])
      return result
    })
    assert.is(await env.submit({ autostop: true }), result)
    assert.equal(seen.values, [7, 8])
    assert.is(await settled(env.submit({ autostop: true })), false)
  })

  test('has a handle of an earlier job do what has been done already', async (context) => {
    const { env } = counting()
    const result = { status: 'stopped' } as JobResult
    host(context, 3, async () => result)
    const job = await env.submit()
    assert.is(job.name, 'counting')
    await job.stop()
    await job.cancel()
    await job.continue()
    assert.is(await job.result, result)
    assert.is(job.status, 'stopped')
    assert.is(await lastValueFrom(job.status$), 'stopped')
    const refused = await job.info().then(
      () => 'not refused',
      (error: Error) => error.message,
    )
    assert.match(refused, 'insideJob()')
    const failed = new RemoteEnvironment('other')
    failed.fromBatch([1]).sink(() => {})
    Reflect.deleteProperty(globalThis, jobProcessKey)
    host(context, 1, never)
    const broken = await failed.start()
    await broken.stop()
    assert.is(broken.status, 'failed')
  })
})
