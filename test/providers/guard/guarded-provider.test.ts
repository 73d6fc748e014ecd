import * as assert from 'uvu/assert'
import {
  ProviderAnswerError,
  ProviderBusyError,
  ProviderClosedError,
  ProviderJobNotFoundError,
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../../../src/errors/provider-errors.ts'
import type { BreakerState } from '../../../src/providers/guard/breaker.ts'
import type { GuardOptions } from '../../../src/providers/guard/guard-options.ts'
import { GuardedProvider } from '../../../src/providers/guard/guarded-provider.ts'
import { rejectionOf } from '../../job/jobs.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { rest } from '../../support/turns.ts'
import { aJob, ScriptedProvider, type Step } from '../support/scripted-provider.ts'

const provider = 'scripted'
const down = (retryAfter?: number): Error =>
  new ProviderUnavailableError('It is down.', { provider, retryAfter })
const refused = (status: number): Error => new ProviderRefusedError('No.', { provider, status })
const missing = new ProviderJobNotFoundError('There is none.', { provider, externalId: 'a' })
const unreadable = new ProviderAnswerError('What?', { provider })

interface Scene {
  readonly clock: ManualClock
  readonly inner: ScriptedProvider
  readonly guarded: GuardedProvider
  readonly call: { readonly signal: AbortSignal }
  readonly told: BreakerState[]
}

/** A guarded provider that does what the steps say, without chance in its waits. */
function guard({ cleanup, signal }: TestContext, options: GuardOptions, ...steps: readonly Step[]): Scene {
  const clock = new ManualClock()
  const inner = new ScriptedProvider(...steps)
  const guarded = new GuardedProvider(inner, options, { clock, random: () => 0.5 })
  cleanup(() => guarded.close())
  const told: BreakerState[] = []
  guarded.onBreaker((state) => told.push(state))
  return { clock, inner, guarded, call: { signal }, told }
}

suite('a guarded provider', (test) => {
  test('is the provider that it guards', async (context) => {
    const { guarded, inner, call } = guard(context, {})
    assert.equal([guarded.name, guarded.type, guarded.capabilities], ['scripted', 'test', inner.capabilities])
    assert.equal(await guarded.get('a', call), aJob)
    assert.equal(await guarded.list({ limit: 1 }, call), { jobs: [aJob], next: null })
    assert.equal(await guarded.logs('a', { after: 0, limit: 1 }, call), [])
    await guarded.cancel('a', call)
    assert.is(inner.calls, 4)
  })

  test('tries again what may pass, and waits longer each time', async (context) => {
    const { guarded, inner, clock, call } = guard(context, { retry: { attempts: 3 } }, down(), down(), down())
    const job = guarded.get('a', call)
    await clock.advance(199)
    assert.is(inner.calls, 1)
    await clock.advance(1)
    assert.is(inner.calls, 2)
    await clock.advance(400)
    await clock.advance(800)
    assert.equal(await job, aJob)
    assert.is(inner.calls, 4)
    assert.is(guarded.lastError, null)
    assert.is(clock.waiting, 0)
  })

  test('tries again no more often than it is told to, and what will not pass not at all', async (context) => {
    const { guarded, inner, clock, call } = guard(context, { retry: { attempts: 1 } }, down(), down())
    const failing = rejectionOf(guarded.get('a', call))
    await clock.advance(200)
    assert.instance(await failing, ProviderUnavailableError)
    assert.is(inner.calls, 2)
    assert.is(guarded.lastError, 'It is down.')
    for (const error of [refused(400), refused(401), unreadable, missing]) {
      inner.steps.push(error)
      assert.is(await rejectionOf(guarded.get('a', call)), error)
    }
    assert.is(inner.calls, 6)
    assert.is(guarded.lastError, null)
  })

  test('cancels again where the answer got lost', async (context) => {
    const { guarded, inner, clock, call } = guard(context, {}, down())
    const cancelled = guarded.cancel('a', call)
    await clock.advance(200)
    await cancelled
    assert.is(inner.calls, 2)
  })

  test('spreads its waits by chance', async ({ signal }) => {
    const waits = []
    for (const chance of [0, 1]) {
      const clock = new ManualClock()
      const guarded = new GuardedProvider(new ScriptedProvider(down()), {}, { clock, random: () => chance })
      void guarded.get('a', { signal })
      await rest()
      waits.push(clock.asked.at(-1))
      await clock.advance(1_000)
    }
    assert.equal(waits, [160, 240])
  })

  test('gives each attempt so long, and ends it then', async (context) => {
    const { guarded, inner, clock, call } = guard(
      context,
      { timeout: 1_000, retry: { attempts: 1 } },
      'hang',
      'hang',
    )
    const failing = rejectionOf(guarded.get('a', call))
    await clock.advance(999)
    assert.is(inner.running, 1)
    await clock.advance(1)
    assert.is(inner.running, 0)
    await clock.advance(1_200)
    const error = await failing
    assert.instance(error, ProviderUnavailableError)
    assert.match((error as Error).message, "The provider 'scripted' gave no answer")
    assert.match((error as Error).message, '1000 ms')
    assert.is(inner.calls, 2)
  })

  test('gives up one that does not heed its signal', async (context) => {
    const deaf = (): Promise<never> => new Promise(() => {})
    const { guarded, clock, call } = guard(context, { timeout: 10, retry: { attempts: 0 } }, deaf)
    const failing = rejectionOf(guarded.get('a', call))
    await clock.advance(10)
    assert.instance(await failing, ProviderUnavailableError)
    assert.is(guarded.load.running, 0)
  })

  test('says of an error that is none of a provider what it was', async (context) => {
    const network = Object.assign(new TypeError('fetch failed'), {
      cause: { message: 'connect ECONNREFUSED' },
    })
    const { guarded, call } = guard(
      context,
      { retry: { attempts: 0 } },
      new TypeError('x is not a function'),
      network,
    )
    const mistake = await rejectionOf(guarded.get('a', call))
    assert.instance(mistake, ProviderAnswerError)
    assert.match((mistake as Error).message, 'x is not a function')
    const lost = await rejectionOf(guarded.get('a', call))
    assert.instance(lost, ProviderUnavailableError)
    assert.match((lost as Error).message, 'connect ECONNREFUSED')
  })

  test('comes back no sooner than it is asked to, with every call', async (context) => {
    const { guarded, inner, clock, call } = guard(context, {}, down(3_000))
    const first = guarded.get('a', call)
    await rest()
    const second = guarded.get('b', call)
    await clock.advance(2_999)
    assert.is(inner.calls, 1)
    await clock.advance(1)
    assert.equal([await first, await second], [aJob, aJob])
    assert.is(inner.calls, 3)
    assert.is(guarded.breaker, 'closed')
  })

  test('does not wait where it is asked to for long: it fails at once until then', async (context) => {
    const { guarded, inner, clock, call } = guard(context, {}, down(60_000))
    assert.is(((await rejectionOf(guarded.get('a', call))) as ProviderUnavailableError).retryAfter, 60_000)
    assert.is(guarded.pause, 60_000)
    await clock.advance(20_000)
    const error = (await rejectionOf(guarded.list({ limit: 1 }, call))) as ProviderUnavailableError
    assert.is(error.retryAfter, 40_000)
    assert.match(error.message, 'has asked to be left alone for 40 s')
    assert.is(inner.calls, 1)
    await clock.advance(40_000)
    assert.equal(await guarded.get('a', call), aJob)
  })

  test('is not left alone for ever because it says so', async (context) => {
    const { guarded, clock, call } = guard(context, {}, down(1e12))
    await rejectionOf(guarded.get('a', call))
    assert.is(guarded.pause, 3_600_000)
    await clock.advance(3_600_000)
    assert.equal(await guarded.get('a', call), aJob)
  })

  test('is left alone when it fails again and again, until one call has found out', async (context) => {
    const options = { retry: { attempts: 0 }, breaker: { failures: 2, cooldown: 1_000 } }
    const steps = [down(), unreadable, down()]
    const { guarded, inner, clock, call, told } = guard(context, options, ...steps)
    await rejectionOf(guarded.get('a', call))
    await rejectionOf(guarded.get('a', call))
    assert.is(guarded.breaker, 'open')
    const error = (await rejectionOf(guarded.get('a', call))) as ProviderUnavailableError
    assert.match(error.message, 'has failed, and is left alone (What?) for 1 s')
    assert.is(error.retryAfter, 1_000)
    assert.is(inner.calls, 2)
    await clock.advance(1_000)
    assert.is(guarded.breaker, 'half-open')
    await rejectionOf(guarded.get('a', call))
    assert.is(guarded.pause, 2_000)
    await clock.advance(2_000)
    inner.steps.push('hang')
    const control = new AbortController()
    const probe = rejectionOf(guarded.get('a', { signal: control.signal }))
    await rest()
    assert.instance(await rejectionOf(guarded.get('b', call)), ProviderUnavailableError)
    control.abort(new Error('enough'))
    await probe
    assert.equal(await guarded.get('a', call), aJob)
    assert.equal(told, ['open', 'half-open', 'open', 'half-open', 'closed'])
  })

  test('is left alone when it does not know us, and not because of what it does not have', async (context) => {
    const options = { retry: { attempts: 0 }, breaker: { failures: 2 } }
    const steps = [missing, missing, refused(400), refused(422), refused(401), refused(403)]
    const { guarded, call } = guard(context, options, ...steps)
    for (let i = 0; i < 4; i++) await rejectionOf(guarded.get('a', call))
    assert.is(guarded.breaker, 'closed')
    for (let i = 0; i < 2; i++) await rejectionOf(guarded.get('a', call))
    assert.is(guarded.breaker, 'open')
  })

  test('does not try again once it is left alone', async (context) => {
    const options = { retry: { attempts: 5 }, breaker: { failures: 2 } }
    const { guarded, inner, clock, call } = guard(context, options, down(), down(), down())
    const failing = rejectionOf(guarded.get('a', call))
    await clock.advance(200)
    await failing
    assert.is(inner.calls, 2)
  })

  test('makes so many calls at a time, lets so many wait, and refuses the rest', async (context) => {
    const hanging = Array.from({ length: 5 }, () => 'hang' as const)
    const { guarded, inner, call } = guard(context, { concurrency: 2, waiting: 3 }, ...hanging)
    const control = new AbortController()
    const calls = Array.from({ length: 5 }, () => rejectionOf(guarded.get('a', { signal: control.signal })))
    await rest()
    assert.equal(guarded.load, { running: 2, waiting: 3 })
    assert.instance(await rejectionOf(guarded.get('b', call)), ProviderBusyError)
    assert.is(inner.calls, 2)
    control.abort(new Error('enough'))
    for (const each of await Promise.all(calls)) assert.is(each, control.signal.reason)
    assert.equal(guarded.load, { running: 0, waiting: 0 })
    assert.is(inner.calls, 2)
  })

  test('ends a call with its signal wherever that is: in the line, in a wait, at the provider', async (context) => {
    const { guarded, clock, inner } = guard(context, { concurrency: 1 }, down(), 'hang')
    for (const settle of [rest, () => clock.advance(200)]) {
      const control = new AbortController()
      const { signal } = control
      const first = rejectionOf(guarded.get('a', { signal }))
      const second = rejectionOf(guarded.get('b', { signal }))
      await settle()
      control.abort(new Error('enough'))
      assert.equal([await first, await second], [signal.reason, signal.reason])
      assert.is(clock.waiting, 0)
      assert.equal(guarded.load, { running: 0, waiting: 0 })
    }
    assert.is(inner.running, 0)
    assert.is(guarded.breaker, 'closed')
  })

  test('ends everything when it is closed, once', async (context) => {
    const { guarded, clock, inner, call } = guard(context, { concurrency: 2 }, 'hang', down())
    const calls = [1, 2, 3].map(() => rejectionOf(guarded.get('a', call)))
    await rest()
    await Promise.all([guarded.close(), guarded.close()])
    for (const each of await Promise.all(calls)) assert.instance(each, ProviderClosedError)
    assert.instance(await rejectionOf(guarded.get('a', call)), ProviderClosedError)
    assert.equal([clock.waiting, inner.running, inner.closed], [0, 0, 1])
  })
})
