import * as assert from 'uvu/assert'
import {
  ProviderAnswerError,
  ProviderJobNotFoundError,
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../../../src/errors/provider-errors.ts'
import type { JobStatus } from '../../../src/job/job-status.ts'
import type { JobProvider, ObservedJob, ProviderCall } from '../../../src/providers/job-provider.ts'
import { rejectionOf } from '../../job/jobs.ts'
import type { Fault } from '../../client/support/faults.ts'
import { suite, type TestContext } from '../../support/suite.ts'

/** What jobs at any provider can be. */
export type SceneStatus = Extract<JobStatus, 'queued' | 'running' | 'completed' | 'failed' | 'cancelled'>

/** A provider, and the place behind it. */
export interface ProviderScene {
  readonly provider: JobProvider
  /** Puts a job there, newer than those that are there, and gives its id. */
  add(status: SceneStatus, log?: string): Promise<string> | string
  /** Adds to a job's log. */
  write(id: string, text: string): void
  /** The next three are for `faults`: an API that can be told to fail. */
  readonly faults?: { on(request: RegExp, ...faults: readonly Fault[]): void }
  /** From now on the place lets nobody in who has not another token. */
  lockOut?(): void
  /** The place is gone. */
  shutDown?(): Promise<void>
  /** Makes a page of so many jobs the largest there is. */
  limitPages?(size: number): void
}

export type MakeScene = (context: TestContext) => Promise<ProviderScene>

const html = '<!doctype html><html><body>Down for maintenance</body></html>'

/** What every implementation of JobProvider does; `part`: what the place behind it is made for. */
export function providerContract(name: string, makeScene: MakeScene, part?: 'behaviour' | 'faults'): void {
  suite(`the contract of providers: ${name}`, (test) => {
    const scene = (
      label: string,
      body: (scene: ProviderScene, call: ProviderCall, context: TestContext) => Promise<void>,
    ): void =>
      test(label, async (context) => {
        const { signal } = context
        await body(await makeScene(context), { signal }, context)
      })

    if (part !== 'behaviour') faulty(scene)
    if (part === 'faults') return

    scene('it has no jobs, and says so', async ({ provider }, call) => {
      assert.equal((await provider.list({ limit: 10 }, call)).jobs, [])
      assert.is((await provider.list({ limit: 10 }, call)).next, null)
    })

    scene('jobs of every status are told of, in the list and one by one', async ({ provider, add }, call) => {
      const wanted: SceneStatus[] = ['queued', 'running', 'completed', 'failed', 'cancelled']
      const ids = []
      for (const status of wanted) ids.push(await add(status))
      const { jobs, next } = await provider.list({ limit: 10 }, call)
      assert.equal(
        jobs.map(({ externalId }) => externalId),
        [...ids].reverse(),
      )
      assert.equal(
        jobs.map(({ status }) => status),
        [...wanted].reverse(),
      )
      assert.is(next, null)
      for (const [index, id] of ids.entries()) {
        const job = await provider.get(id, call)
        assert.is(job.externalId, id)
        assert.is(job.status, wanted[index])
        checkTimes(job)
        if (job.status === 'failed') assert.ok((job.error?.message ?? '') !== '')
      }
    })

    scene(
      'a list is given page by page, newest first, each job once',
      async ({ provider, add, limitPages }, call) => {
        limitPages?.(4)
        const ids = []
        for (let i = 0; i < 11; i++) ids.push(await add('running'))
        const seen: string[] = []
        let cursor: string | undefined
        let pages = 0
        do {
          const page = await provider.list({ limit: 3, ...(cursor === undefined ? {} : { cursor }) }, call)
          assert.ok(page.jobs.length <= 3)
          seen.push(...page.jobs.map(({ externalId }) => externalId))
          cursor = page.next ?? undefined
          pages++
        } while (cursor !== undefined && pages < 20)
        assert.equal(seen, ids.reverse())
      },
    )

    scene('a job that is not there is not found', async ({ provider }, call) => {
      for (const id of ['nobody', '..', '.', '', 'a/../b', '\ud800', 'ä ?#%2F/&+']) {
        const errors = [
          await rejectionOf(provider.get(id, call)),
          await rejectionOf(provider.cancel(id, call)),
          await rejectionOf(provider.logs(id, { after: 0, limit: 10 }, call)),
        ]
        for (const error of errors) {
          assert.instance(error, ProviderJobNotFoundError, `${id}: ${String(error)}`)
          assert.is((error as ProviderJobNotFoundError).externalId, id)
          assert.is((error as ProviderJobNotFoundError).provider, provider.name)
        }
      }
    })

    scene('a job is cancelled, and one that is over is left as it is', async ({ provider, add }, call) => {
      const id = await add('running')
      await provider.cancel(id, call)
      assert.is((await provider.get(id, call)).status, 'cancelled')
      await provider.cancel(id, call)
      const done = await add('completed')
      await provider.cancel(done, call)
      assert.is((await provider.get(done, call)).status, 'completed')
    })

    scene('a log is read on from where it was read to', async ({ provider, add, write }, call) => {
      const id = await add('running')
      assert.equal(await provider.logs(id, { after: 0, limit: 10 }, call), [])
      write(id, 'one\ntwo\n\nfour\n')
      const texts = async (after: number, limit: number): Promise<readonly string[]> =>
        (await provider.logs(id, { after, limit }, call)).map(({ text }) => text)
      assert.equal(await texts(0, 10), ['one', 'two', '', 'four'])
      assert.equal(await texts(1, 2), ['two', ''])
      assert.equal(await texts(4, 10), [])
      assert.equal(await texts(9, 10), [])
      write(id, 'five\n')
      assert.equal(await texts(4, 10), ['five'])
    })

    scene('an aborted call ends with the reason of its signal', async ({ provider, add }) => {
      const id = await add('running')
      const control = new AbortController()
      control.abort(new Error('nobody waits any more'))
      const call = { signal: control.signal }
      for (const work of everyCall(provider, id)) {
        assert.is(await rejectionOf(work(call)), control.signal.reason)
      }
    })
  })
}

type Scene = (
  label: string,
  body: (scene: ProviderScene, call: ProviderCall, context: TestContext) => Promise<void>,
) => void

const everyCall = (
  provider: JobProvider,
  id: string,
): readonly ((call: ProviderCall) => Promise<unknown>)[] => [
  (call) => provider.list({ limit: 10 }, call),
  (call) => provider.get(id, call),
  (call) => provider.logs(id, { after: 0, limit: 10 }, call),
  (call) => provider.cancel(id, call),
]

/** Of those behind an API that can be told to fail. */
function faulty(scene: Scene): void {
  /** @param because what each call is to fail with */
  const fails = (
    label: string,
    fault: Fault,
    because: new (...args: never[]) => Error,
    check: (error: Error) => void = () => {},
  ): void =>
    scene(label, async ({ provider, add, faults }, call) => {
      const id = await add('running')
      for (const work of everyCall(provider, id)) {
        faults!.on(/./, fault)
        const error = await rejectionOf(work(call))
        assert.instance(error, because, String(error))
        assert.not.match(String(error), 'maintenance')
        assert.not.match(String(error), 'a-token-of-a-test')
        check(error as Error)
      }
    })

  const retryAfter = (error: Error): number | undefined => (error as ProviderUnavailableError).retryAfter
  const limit = { status: 429, headers: { 'retry-after': '7' }, body: '{"detail":"Slow down."}' }
  fails('a limit of requests says when to come back', limit, ProviderUnavailableError, (error) => {
    assert.is(retryAfter(error), 7_000)
  })
  const later = { status: 503, headers: { 'retry-after': 'Wed, 21 Oct 2099 07:28:00 GMT' }, body: html }
  fails('so does one that is down for long', later, ProviderUnavailableError, (error) =>
    assert.ok(retryAfter(error)! > 1e9),
  )
  const mistake = { status: 500, body: '{"detail":"Somebody stumbled."}' }
  fails('what fails in it may pass', mistake, ProviderUnavailableError)
  fails('a connection that breaks may come back', 'reset', ProviderUnavailableError)
  fails('half an answer is none', 'lose', ProviderUnavailableError)
  const away = { status: 302, headers: { location: 'https://evil.example/x?token=a' }, body: '' }
  fails('a redirect is not followed', away, ProviderRefusedError)
  const stranger = { status: 403, body: `{"detail":"No, a-token-of-a-test!"}` }
  fails('what is forbidden stays so', stranger, ProviderRefusedError)

  const unreadable: Readonly<Record<string, Fault>> = {
    'a page in the place of JSON': { status: 200, headers: { 'content-type': 'text/html' }, body: html },
    'JSON that is cut off': { status: 200, body: '{"results": [{"id": "a", "sta' },
    'JSON of another kind': { status: 200, body: '"a-token-of-a-test"' },
    'nothing at all': { status: 200, body: '' },
  }
  for (const [what, fault] of Object.entries(unreadable)) {
    scene(`${what} cannot be read`, async ({ provider, add, faults }, call) => {
      const id = await add('running')
      const reading = everyCall(provider, id).slice(0, 2)
      for (const work of reading) {
        faults!.on(/./, fault)
        const error = await rejectionOf(work(call))
        assert.instance(error, ProviderAnswerError, String(error))
        assert.not.match(String(error), /maintenance|a-token-of-a-test/)
      }
    })
  }

  scene('an answer that does not end is cut off', async ({ provider, add, faults }, call) => {
    await add('running')
    faults!.on(/./, { status: 200, body: `[${'1,'.repeat(34 * 2 ** 20)}` })
    assert.instance(await rejectionOf(provider.list({ limit: 10 }, call)), ProviderAnswerError)
  })

  scene('a call to one that gives no answer ends with its signal', async ({ provider, add, faults }) => {
    const id = await add('running')
    for (const work of everyCall(provider, id)) {
      const control = new AbortController()
      faults!.on(/./, 'hang')
      const rejection = rejectionOf(work({ signal: control.signal }))
      await new Promise((resolve) => setImmediate(resolve))
      control.abort(new Error('it took too long'))
      assert.is(await rejection, control.signal.reason)
    }
  })

  scene('one that does not know us refuses', async ({ provider, add, lockOut }, call) => {
    const id = await add('running')
    lockOut!()
    for (const work of everyCall(provider, id)) {
      const error = await rejectionOf(work(call))
      assert.instance(error, ProviderRefusedError, String(error))
      assert.is((error as ProviderRefusedError).status, 401)
      assert.match((error as Error).message, 'token')
      assert.not.match((error as Error).message, 'a-token-of-a-test')
    }
  })

  scene('one that is gone cannot be reached', async ({ provider, add, shutDown }, call) => {
    const id = await add('running')
    await shutDown!()
    for (const work of everyCall(provider, id)) {
      assert.instance(await rejectionOf(work(call)), ProviderUnavailableError)
    }
  })
}

function checkTimes({ status, submittedAt, startedAt, endedAt }: ObservedJob): void {
  const times = [submittedAt, startedAt, endedAt].filter((time) => time !== undefined)
  for (const time of times) assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.equal(times, [...times].sort())
  if (status === 'queued') assert.is(startedAt, undefined)
  if (status === 'queued' || status === 'running') assert.is(endedAt, undefined)
}
