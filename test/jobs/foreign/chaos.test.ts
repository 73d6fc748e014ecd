import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  ProviderAnswerError,
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../../../src/errors/provider-errors.ts'
import { silentLogger } from '../../../src/functions/logger.ts'
import { ForeignJobsService } from '../../../src/jobs/foreign/foreign-jobs-service.ts'
import { serveProviders } from '../../../src/jobs/foreign/serve-providers.ts'
import { foreignJobInfo } from '../../../src/jobs/store/foreign-changes.ts'
import { MemoryJobStore } from '../../../src/jobs/store/memory-job-store.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { hanging, ScriptedProvider } from './support/scripted-provider.ts'

const faults = ['none', 'down', 'hangs', 'busy', 'refuses', 'nonsense', 'throws', 'lies'] as const
type Fault = (typeof faults)[number]

/** What becomes of each of a provider's requests, over and over. */
const scripts = fc.array(fc.constantFrom<Fault>(...faults), { minLength: 1, maxLength: 12 })

const provider = 'ill'
const causes: Partial<Record<Fault, () => unknown>> = {
  down: () => Promise.reject(new ProviderUnavailableError('Down.', { provider })),
  busy: () => Promise.reject(new ProviderUnavailableError('Busy.', { provider, retryAfter: 60_000 })),
  refuses: () => Promise.reject(new ProviderRefusedError('No.', { provider })),
  nonsense: () => Promise.reject(new ProviderAnswerError('What?', { provider })),
  throws: () => {
    throw new TypeError('a bug of a provider')
  },
  hangs: hanging,
}

suite('providers that are ill', (test) => {
  test(
    'stall nobody else, whatever they do, and leave nothing when the server closes',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(scripts, { minLength: 1, maxLength: 3 }), async (scripted) => {
          const clock = new ManualClock()
          const store = new MemoryJobStore()
          const well = new ScriptedProvider('well')
          const ill = scripted.map((script, i) => illProvider(`ill${i}`, script))
          for (const each of [well, ...ill]) {
            each.fill(8)
            const seen = { at: clock.now(), cause: 'the test', create: true }
            store.foreign.observe(each.name, [...each.jobs.values()], seen)
          }
          const context = { clock, random: () => 0.5 }
          const service = new ForeignJobsService({
            context: { store: store.foreign, ...context, logger: silentLogger },
            providers: serveProviders([...ill, well], { enabled: undefined, interval: 10_000 }, context),
            info: (id) => foreignJobInfo(store.foreign.get(id)!),
            owner: 'this server',
          })
          service.open()
          await clock.advance(60_000)
          const polls = service.figures.at(-1)!.polls
          assert.equal(polls, { done: 6, failed: 0 })
          // Who asks is answered in time, with what the others know.
          well.put({ externalId: 'j1', status: 'completed' })
          const refresh = service.refreshActive({ deadline: 5_000 })
          const sync = service.sync({ by: 'the test' })
          await clock.advance(5_000)
          const { refreshed, notRefreshedTotal } = await refresh
          assert.ok(refreshed >= 7 && refreshed + notRefreshedTotal >= 8)
          assert.is(store.foreign.find('well', 'j1')?.status, 'completed')
          await clock.advance(30_000)
          assert.ok((await sync).synced >= 8)
          await service.close()
          assert.is(clock.waiting, 0)
          assert.ok(oneEventEach(store))
        }),
        { numRuns: 25 },
      )
    },
  )
})

function illProvider(name: string, script: readonly Fault[]): ScriptedProvider {
  const ill = new ScriptedProvider(name)
  let call = 0
  const fault = (): Fault => script[call++ % script.length]!
  ill.before = () => {
    const next = fault()
    // It tells of other jobs than before, which are whatever comes to its mind.
    if (next === 'lies') ill.put({ externalId: `j${call}`, status: call % 2 === 0 ? 'queued' : 'failed' })
    return causes[next]?.()
  }
  return ill
}

/** Every change of a job is one event, and follows on the one before. */
function oneEventEach(store: MemoryJobStore): boolean {
  const last = new Map<string, string>()
  return store.events({ since: 0, limit: 100_000 }).every((event) => {
    if (event.type === 'job_submitted') last.set(event.job, event.summary.status)
    if (event.type !== 'job_status_changed') return true
    const { from, to } = event.transition
    const follows = from === last.get(event.job) && from !== to
    last.set(event.job, to)
    return follows
  })
}
