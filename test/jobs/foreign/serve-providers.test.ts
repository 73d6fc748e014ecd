import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import { ForeignJobsService } from '../../../src/jobs/foreign/foreign-jobs-service.ts'
import { serveProviders } from '../../../src/jobs/foreign/serve-providers.ts'
import { silentLogger } from '../../../src/functions/logger.ts'
import { MemoryJobStore } from '../../../src/jobs/store/memory-job-store.ts'
import { GuardedProvider } from '../../../src/providers/guard/guarded-provider.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { hanging, ScriptedProvider } from './support/scripted-provider.ts'

const polling = { enabled: undefined, interval: 30_000 }
const ray = { name: 'ray', type: 'ray', url: 'http://127.0.0.1:1' } as const

suite('providers that a server is told of', (test) => {
  test('are made from configurations, or taken as they are, and guarded', () => {
    const guarded = new GuardedProvider(new ScriptedProvider('guarded'))
    const served = serveProviders(
      [
        { ...ray, concurrency: 3 },
        { ...ray, name: 'hook', webhook: { secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] } },
        { ...ray, name: 'rare', polling: { interval: 60_000 } },
        new ScriptedProvider('scripted'),
        guarded,
      ],
      polling,
      {},
    )
    const told = served.map((each) => [
      each.provider.name,
      each.concurrency,
      each.webhook,
      each.polling.interval,
    ])
    assert.equal(told, [
      ['ray', 3, false, 30_000],
      ['hook', 8, true, 300_000],
      ['rare', 8, false, 60_000],
      ['scripted', 8, false, 30_000],
      ['guarded', 8, false, 30_000],
    ])
    assert.ok(served.every(({ provider }) => provider instanceof GuardedProvider))
    assert.is(served[4]?.provider, guarded)
  })

  test('share what is asked at the same time, when they are many', () => {
    const many = Array.from({ length: 100 }, (_, i) => new ScriptedProvider(`p${i}`))
    assert.ok(serveProviders(many, polling, {}).every(({ concurrency }) => concurrency === 2))
  })

  test('are refused where they cannot be used', () => {
    const wrong = [
      'ray',
      [{ ...ray, type: 'else' }],
      [{ ...ray, name: 'local' }],
      [ray, ray],
      [{ ...ray, polling: { interval: 10 } }],
      [new ScriptedProvider('with space')],
      [new ScriptedProvider('local')],
      [null],
      [7],
    ]
    for (const each of wrong) {
      assert.throws(
        () => serveProviders(each as never, polling, {}),
        (error: unknown) => error instanceof InvalidArgumentError,
        JSON.stringify(each),
      )
    }
  })

  test('do not keep a server from closing, though they never answer and heed nothing', async () => {
    const clock = new ManualClock()
    const [stuck, well] = [new ScriptedProvider('stuck'), new ScriptedProvider('well')]
    stuck.fill(10)
    well.fill(10)
    const store = new MemoryJobStore()
    for (const { name, jobs } of [stuck, well]) {
      store.foreign.observe(name, [...jobs.values()], { at: 1, cause: 'the test', create: true })
    }
    stuck.before = hanging
    const service = new ForeignJobsService({
      context: { store: store.foreign, clock, random: () => 0.5, logger: silentLogger },
      providers: serveProviders([stuck, well], polling, { clock, random: () => 0.5 }),
      info: () => {
        throw new Error('not needed')
      },
      owner: 'this server',
    })
    service.open()
    const before = service.figures.map(({ pollAge }) => pollAge)
    assert.equal(before, [0, 0])
    await clock.advance(600_000)
    const figures = service.figures.map(({ name, polls }) => [name, polls.done > 15, polls.failed > 1])
    assert.equal(figures, [
      ['stuck', false, true],
      ['well', true, false],
    ])
    // Each of its calls has timed out, and after a few it is left alone.
    assert.ok(stuck.requests < 40, `${stuck.requests} requests`)
    assert.match(store.foreign.find('stuck', 'j1')?.foreign.refreshError ?? '', 'no answer')
    assert.is(service.provider('stuck').breaker === 'closed', false)
    await service.close()
    assert.is(clock.waiting, 0)
  })
})
