import process from 'node:process'
import * as assert from 'uvu/assert'
import { ProviderClosedError, ProviderUnavailableError } from '../../src/errors/provider-errors.ts'
import { createProvider, type ProviderContext } from '../../src/providers/create-provider.ts'
import type { GuardOptions } from '../../src/providers/guard/guard-options.ts'
import type { GuardedProvider } from '../../src/providers/guard/guarded-provider.ts'
import { rejectionOf, until } from '../job/jobs.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { listening } from './support/fake-api.ts'
import { aRayJob, FakeRay } from './support/fake-ray.ts'

const context = { env: { RAY_TOKEN: 'a-token-of-a-test' } }

interface Scene {
  readonly api: FakeRay
  readonly provider: GuardedProvider
  readonly clock: ManualClock
  readonly call: { readonly signal: AbortSignal }
}

/** A guarded provider over sockets, in a time of the test's own. */
async function scene(
  test: TestContext,
  options: GuardOptions = {},
  more: ProviderContext = {},
): Promise<Scene> {
  const api = await listening(test, new FakeRay())
  api.token = 'a-token-of-a-test'
  api.jobs.push(aRayJob({ submission_id: 'a', status: 'RUNNING' }))
  const clock = new ManualClock()
  const config = { name: 'gpu', type: 'ray', url: api.url, tokenEnv: 'RAY_TOKEN', ...options } as const
  const provider = createProvider(config, { ...context, clock, random: () => 0.5, ...more })
  test.cleanup(() => provider.close())
  return { api, provider, clock, call: { signal: test.signal } }
}

/** Lets a guard wait as long as it wants to, while sockets take the time that they need. */
async function settled<T>(clock: ManualClock, work: Promise<T>): Promise<T> {
  let over = false
  const done = (): void => void (over = true)
  work.then(done, done)
  while (!over) await clock.advance(50)
  return work
}

suite('a provider that was created', (test) => {
  test('is guarded, and has its token from where it is', async (t) => {
    const { api, provider, call } = await scene(t)
    assert.is((await provider.get('a', call)).status, 'running')
    assert.is(api.requests[0]?.headers.authorization, 'Bearer a-token-of-a-test')
    assert.is(provider.breaker, 'closed')
  })

  test('is asked again when it stumbles, and when connections break', async (t) => {
    const { api, provider, clock, call } = await scene(t)
    for (const fault of [{ status: 500 }, 'reset', 'lose', { status: 503, body: '<html>' }] as const) {
      api.faults.on(/./, fault)
      assert.is((await settled(clock, provider.get('a', call))).status, 'running')
    }
    assert.is(api.requests.length, 8)
  })

  test('is left alone while it is down, and found again when it is back', async (t) => {
    const { api, provider, clock, call } = await scene(t, { breaker: { failures: 3, cooldown: 60_000 } })
    await api.kill()
    const error = await rejectionOf(settled(clock, provider.get('a', call)))
    assert.instance(error, ProviderUnavailableError)
    assert.match((error as Error).message, 'ECONNREFUSED')
    assert.is(provider.breaker, 'open')
    await api.listen()
    assert.match(String(await rejectionOf(provider.get('a', call))), 'left alone')
    assert.is(api.requests.length, 0)
    await clock.advance(60_000)
    assert.is((await provider.get('a', call)).status, 'running')
    assert.is(provider.breaker, 'closed')
  })

  test('that is slow loses a call, and no other', async (t) => {
    const { api, provider, clock, call } = await scene(t, { timeout: 100, retry: { attempts: 0 } })
    api.faults.on(/slow/, 'hang')
    const slow = rejectionOf(provider.get('slow', call))
    assert.is((await provider.get('a', call)).status, 'running')
    await until(() => api.requests.length === 2)
    await clock.advance(100)
    assert.match(String(await slow), 'gave no answer')
  })

  test('that limits requests is left alone as long as it says', async (t) => {
    const { api, provider, clock, call } = await scene(t)
    api.faults.on(/./, { status: 429, headers: { 'retry-after': '120' } })
    const limited = (await rejectionOf(provider.get('a', call))) as ProviderUnavailableError
    assert.equal([limited.status, limited.retryAfter], [429, 120_000])
    assert.match(String(await rejectionOf(provider.list({ limit: 1 }, call))), 'for 120 s')
    assert.is(api.requests.length, 1)
    await clock.advance(120_000)
    assert.is((await provider.get('a', call)).status, 'running')
  })

  test('that lies is left alone as one that fails', async (t) => {
    const { api, provider, call } = await scene(t, { breaker: { failures: 2 } })
    const lie = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' }
    api.faults.on(/./, lie, lie)
    for (let i = 0; i < 2; i++) await rejectionOf(provider.get('a', call))
    assert.is(provider.breaker, 'open')
    assert.match(provider.lastError ?? '', 'it is HTML, and no JSON')
  })

  test('holds nothing any more when it is closed', async (t) => {
    const { api, provider, clock, call } = await scene(t, { concurrency: 2 })
    await provider.list({ limit: 1 }, call)
    api.faults.on(/hang/, 'hang')
    api.faults.on(/again/, { status: 500 })
    const calls = ['hang', 'again', 'waiting'].map((id) => rejectionOf(provider.get(id, call)))
    await until(() => api.requests.length === 3 && clock.waiting > 0)
    await provider.close()
    for (const error of await Promise.all(calls)) assert.instance(error, ProviderClosedError)
    assert.equal([clock.waiting, provider.load.running, provider.load.waiting], [0, 0, 0])
    await api.kill()
    const held = (): readonly string[] =>
      process.getActiveResourcesInfo().filter((name) => /^(TCP|GetAddrInfo)/.test(name))
    await until(() => held().length === 0)
  })

  test('shows its token to nobody', async (t) => {
    const { api, provider, call } = await scene(t, { retry: { attempts: 0 } })
    const token = 'a-token-of-a-test'
    api.jobs.push(
      aRayJob({
        submission_id: token,
        status: token,
        entrypoint: `run --key ${token}`,
        metadata: { name: token },
      }),
      aRayJob({ submission_id: 'b', status: 'FAILED', message: `Bearer ${token}`, error_type: token }),
    )
    api.logs.set('b', `${token}\nkey=${encodeURIComponent(token)} ${Buffer.from(token).toString('base64')}\n`)
    const told = [await provider.list({ limit: 9 }, call), await provider.get('b', call)]
    const lines = await provider.logs('b', { after: 0, limit: 9 }, call)
    api.faults.on(/./, { status: 400, body: `{"detail":"${'x'.repeat(195)}${token}"}` })
    const refusal = await rejectionOf(provider.get('b', call))
    api.faults.on(/./, { status: 302, headers: { location: `/login/${token}?key=${token}` } })
    const moved = await rejectionOf(provider.get('b', call))
    const all = JSON.stringify([
      told,
      lines,
      refusal,
      moved,
      String(refusal),
      String(moved),
      provider.lastError,
    ])
    assert.not.match(all, 'a-token')
    assert.not.match(all, Buffer.from(token).toString('base64'))
    assert.is(lines.length, 2)
  })

  test('is refused where its configuration or its token is wrong', () => {
    const config = { name: 'gpu', type: 'ray', url: 'http://127.0.0.1:1', tokenEnv: 'NOBODY' } as const
    assert.throws(() => createProvider(config, { env: {} }), 'environment variable NOBODY')
    assert.throws(() => createProvider({ ...config, timeout: -1 }, { env: {} }), 'timeout')
  })
})
