import * as assert from 'uvu/assert'
import { silentLogger } from '../../../src/functions/logger.ts'
import { CheckpointCorruptError, StateMappingError } from '../../../src/errors/checkpoint-errors.ts'
import {
  type CheckpointingOptions,
  JobCheckpointing,
} from '../../../src/runtime/checkpoint/job-checkpointing.ts'
import type { CheckpointSummary } from '../../../src/storage/checkpoint-store.ts'
import { deferred, rejectionOf } from '../../job/jobs.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { rest } from '../../support/turns.ts'
import { FakeMember, operatorsOf } from './support/fake-member.ts'
import { MoodyStore } from './support/moody-store.ts'

let runs = 0

class Run {
  readonly store: MoodyStore
  readonly warnings: string[] = []
  readonly checkpointing: JobCheckpointing
  member = new FakeMember('a')

  constructor(store: MoodyStore, options: Partial<CheckpointingOptions> = {}) {
    this.store = store
    this.checkpointing = new JobCheckpointing({
      job: 'job',
      run: `run ${++runs}`,
      operators: operatorsOf(['a']),
      store,
      settings: { interval: 1000, timeout: 1000, minPause: 0, retain: 5 },
      resume: 'fresh',
      allowDroppedState: false,
      clock: new ManualClock(),
      logger: { ...silentLogger, warn: (message) => void this.warnings.push(message) },
      ...options,
    })
  }

  get from(): number | undefined {
    return this.checkpointing.coordinator.restored?.id
  }

  /** The attempt runs, with a member of its own. */
  async attempt(): Promise<this> {
    const { coordinator } = this.checkpointing
    this.member = new FakeMember('a')
    coordinator.attach([this.member])
    await coordinator.restore(this.member.ledger)
    coordinator.start()
    return this
  }

  async take(kind: 'checkpoint' | 'savepoint' = 'checkpoint'): Promise<CheckpointSummary> {
    const { coordinator } = this.checkpointing
    const taken = coordinator.take(kind, false)
    await rest()
    coordinator.passed(this.member, this.member.barrier!, null)
    return taken
  }

  async end(completed: boolean): Promise<void> {
    await this.checkpointing.coordinator.detach(new Error('over'))
    await this.checkpointing.end(completed)
  }
}

const begun = async (store: MoodyStore, options: Partial<CheckpointingOptions> = {}): Promise<Run> => {
  const run = new Run(store, options)
  await run.checkpointing.begin()
  return run
}

const damage = (store: MoodyStore, ...ids: readonly number[]): void => {
  store.before = (step, id) => {
    if (step === 'load' && ids.includes(id)) throw new CheckpointCorruptError(`checkpoint ${id} is damaged`)
  }
}

/** A store with checkpoints of a run that was not completed. */
const withCheckpoints = async (count: number): Promise<MoodyStore> => {
  const store = new MoodyStore()
  const run = await (await begun(store)).attempt()
  for (let i = 1; i <= count; i++) {
    run.member.value = i
    await run.take()
  }
  await run.end(false)
  return store
}

suite('where a job begins', (test) => {
  test('is afresh unless it is told otherwise, and where there is nothing', async () => {
    const store = await withCheckpoints(2)
    const fresh = await begun(store)
    assert.is(fresh.from, undefined)
    await fresh.end(false)
    const latest = await begun(new MoodyStore(), { resume: 'latest' })
    assert.is(latest.from, undefined)
  })

  test('is the newest checkpoint, and numbers go on from it', async () => {
    const store = await withCheckpoints(2)
    const run = await begun(store, { resume: 'latest' })
    assert.is(run.from, 2)
    await run.attempt()
    assert.is(run.member.value, 2)
    assert.is((await run.take()).id, 3)
    assert.is(store.readers, 0)
    await run.end(false)
    assert.is(store.released, 2)
  })

  test('is the newest that is good, with a warning for each that is not', async () => {
    const store = await withCheckpoints(3)
    damage(store, 3, 2)
    const run = await begun(store, { resume: 'latest' })
    assert.is(run.from, 1)
    assert.is(run.warnings.length, 2)
    assert.match(run.warnings[0]!, /^Checkpoint 3 is damaged; an older one is tried: checkpoint 3/)
    await run.end(false)
    assert.is(store.readers, 0)
  })

  test('is nowhere when all are damaged', async () => {
    const store = await withCheckpoints(2)
    damage(store, 2, 1)
    const run = new Run(store, { resume: 'latest' })
    const error = (await rejectionOf(run.checkpointing.begin())) as Error
    assert.instance(error, CheckpointCorruptError)
    assert.match(error.message, 'checkpoint 2 is damaged')
    await run.end(false)
    assert.equal(await (await store.memory.claim('job')).list().then((all) => all.length), 2)
  })

  test('is a savepoint, of whichever job', async () => {
    const store = new MoodyStore()
    const other = await (await begun(store, { job: 'other' })).attempt()
    other.member.value = 'other'
    const { location } = await other.take('savepoint')
    const run = await (await begun(store, { resume: { location } })).attempt()
    assert.is(run.member.value, 'other')
  })

  test('is refused where the pipeline has no place for state, and leaves nothing open', async () => {
    const store = await withCheckpoints(1)
    const run = new Run(store, { resume: 'latest', operators: operatorsOf(['b']) })
    assert.instance(await rejectionOf(run.checkpointing.begin()), StateMappingError)
    await run.end(false)
    assert.is(store.readers, 0)
    const dropping = await begun(store, {
      resume: 'latest',
      operators: operatorsOf(['b']),
      allowDroppedState: true,
    })
    assert.match(dropping.warnings[0]!, /^State is left behind: .*map 'a'/)
    await dropping.end(false)
    assert.is(store.readers, 0)
  })
})

suite('where a job goes back to', (test) => {
  test('is the newest checkpoint or savepoint of its own run', async () => {
    const store = await withCheckpoints(2)
    const run = await (await begun(store)).attempt()
    assert.is(await run.checkpointing.rewind(), undefined, 'those of before are not its own')
    await run.take()
    assert.is(await run.checkpointing.rewind(), 3)
    await run.attempt()
    await run.take('savepoint')
    assert.is(await run.checkpointing.rewind(), 4)
    await run.end(false)
    assert.is(store.readers, 0)
  })

  test('is where it began as long as it has taken none', async () => {
    const store = await withCheckpoints(2)
    const run = await (await begun(store, { resume: 'latest' })).attempt()
    assert.is(await run.checkpointing.rewind(), 2)
    await run.end(false)
  })

  test('is the savepoint it began from, and not a checkpoint of the same number', async () => {
    const store = await withCheckpoints(2)
    const other = await (await begun(store, { job: 'other' })).attempt()
    await other.take()
    other.member.value = 'other'
    const { location, id } = await other.take('savepoint')
    assert.is(id, 2)
    const run = await (await begun(store, { resume: { location } })).attempt()
    await run.checkpointing.rewind()
    await run.attempt()
    assert.is(run.member.value, 'other')
    await run.take()
    assert.is(await run.checkpointing.rewind(), 3)
  })

  test('is none of those of before, and so their damage is not its concern', async () => {
    const store = await withCheckpoints(2)
    const run = await (await begun(store)).attempt()
    damage(store, 1, 2)
    assert.is(await run.checkpointing.rewind(), undefined)
    assert.equal(run.warnings, [])
    await run.take()
    damage(store, 1, 2, 3)
    assert.instance(await rejectionOf(run.checkpointing.rewind()), CheckpointCorruptError)
  })
})

suite('the end of a run', (test) => {
  test('removes its checkpoints when it has completed', async () => {
    const store = await withCheckpoints(1)
    const run = await (await begun(store)).attempt()
    await run.take()
    await run.end(true)
    assert.equal(await (await store.memory.claim('job')).list(), [])
  })

  test('leaves savepoints, which are not where the latest run left off', async () => {
    const store = new MoodyStore()
    const run = await (await begun(store)).attempt()
    run.member.value = 'saved'
    const { location } = await run.take('savepoint')
    await run.take()
    await run.end(true)
    const latest = await begun(store, { resume: 'latest' })
    assert.is(latest.from, undefined)
    await latest.end(false)
    const byName = await (await begun(store, { resume: { location } })).attempt()
    assert.is(byName.member.value, 'saved')
    assert.is((await byName.take()).id, 4)
    await byName.end(false)
    assert.is((await begun(store, { resume: 'latest' })).from, 4)
    assert.is(store.readers, 1)
  })

  test('tells that it went on to its end before it removes anything', async () => {
    const store = new MoodyStore()
    const run = await (await begun(store)).attempt()
    await run.take('savepoint')
    await run.take()
    store.before = (step) => {
      if (step === 'remove') throw new Error('killed')
    }
    await run.end(true)
    store.before = () => undefined
    assert.is((await begun(store, { resume: 'latest' })).from, undefined)
  })

  test('lets go of what was still being claimed', async () => {
    const store = new MoodyStore()
    const claimed = deferred()
    store.before = () => claimed.promise
    const run = new Run(store)
    const beginning = run.checkpointing.begin()
    const end = run.end(false)
    claimed.resolve()
    await Promise.all([beginning, end])
    assert.is(store.released, 1)
    await begun(store)
  })

  test('lets go of what was still being opened', async () => {
    const store = await withCheckpoints(1)
    for (const what of ['begin', 'rewind'] as const) {
      const run = new Run(store, { resume: 'latest' })
      if (what === 'rewind') await (await run.checkpointing.begin(), run.attempt())
      const opened = deferred()
      store.before = (step) => (step === 'load' ? opened.promise : undefined)
      const search = run.checkpointing[what]()
      const end = run.end(false)
      opened.resolve()
      await Promise.all([search, end])
      assert.is(store.readers, 0, what)
      store.before = () => undefined
    }
  })

  test('never rejects, whatever the store does', async () => {
    const store = new MoodyStore()
    const run = await (await begun(store)).attempt()
    await run.take()
    store.before = (step) => {
      if (step === 'remove') throw new Error('not allowed')
    }
    await run.end(true)
    assert.match(run.warnings[0]!, /^Checkpoints could not be put away: not allowed/)
    const unclaimed = new MoodyStore()
    unclaimed.before = () => Promise.reject(new Error('no such place'))
    const other = new Run(unclaimed)
    await rejectionOf(other.checkpointing.begin())
    await other.end(false)
    assert.equal(other.warnings, [])
  })
})
