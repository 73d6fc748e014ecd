import * as assert from 'uvu/assert'
import { JobRunner } from '../../src/environment/job-runner.ts'
import {
  collectedOf,
  fillCollected,
  type RecordedPipeline,
  withCheckpoints,
} from '../../src/environment/recorded-pipeline.ts'
import { whyNoCheckpoints } from '../../src/environment/why-no-checkpoints.ts'
import { InvalidArgumentError } from '../../src/errors/invalid-argument-error.ts'
import { InvalidGraphError } from '../../src/errors/invalid-graph-error.ts'
import { MemoryCheckpointStore } from '../../src/storage/memory-checkpoint-store.ts'
import { thrown, RecordingEnvironment } from '../stream/recorded.ts'
import { suite } from '../support/suite.ts'

class Recording extends RecordingEnvironment {
  get all(): RecordedPipeline {
    return this.recorded
  }
}

const numbers = async function* (): AsyncGenerator<number> {
  for (let n = 0; n < 200; n++) {
    await turn()
    yield n
  }
}

const noProgram = (): Promise<never> => Promise.reject(new Error('There is no program.'))

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

suite('a recorded pipeline', (test) => {
  test('runs with the checkpoints that it is given, and the settings of its own', () => {
    const [own, given] = [new MemoryCheckpointStore(), new MemoryCheckpointStore()]
    const { all } = new Recording('job', { checkpoints: { store: own, interval: 77, retain: 5 } })
    const { checkpoints } = withCheckpoints(all, { store: given, retain: 2 }).options
    assert.is(checkpoints?.store, given)
    assert.equal([checkpoints?.interval, checkpoints?.retain], [77, 2])
    assert.is(withCheckpoints(all, null).options.checkpoints, null)
    assert.is(all.options.checkpoints?.store, own)
    assert.instance(
      thrown(() => withCheckpoints(all, { store: given, retain: 0 })),
      InvalidArgumentError,
    )
  })

  test('shows what has been collected, and takes what was collected elsewhere', async () => {
    const env = new Recording('job')
    const seen = env.fromBatch([1, 2]).collect()
    env.fromBatch([3]).sink(() => {})
    const job = new JobRunner().prepare(env.all, { autostop: true }, noProgram)
    await job.start()
    await job.result
    assert.equal([...collectedOf(env.all)], [['n1', [1, 2]]])
    fillCollected(env.all, 'n1', ['x'])
    fillCollected(env.all, 'n3', ['nowhere'])
    assert.equal(seen.values, ['x'])
  })
})

suite('whyNoCheckpoints', (test) => {
  test('is null where there can be some, and else the reason', () => {
    const fine = new Recording('job')
    fine.fromBatch([1]).sink(() => {})
    assert.is(whyNoCheckpoints(fine.all), null)
    const concat = new Recording('job')
    concat
      .fromBatch([1])
      .concat(concat.fromBatch([2]))
      .sink(() => {})
    assert.match(String(whyNoCheckpoints(concat.all)?.message), 'concat')
  })

  test('leaves to others what cannot run at all', () => {
    assert.instance(
      thrown(() => whyNoCheckpoints(new Recording('job').all)),
      InvalidGraphError,
    )
  })
})

suite('jobs that go on in other processes', (test) => {
  const record = (): { env: Recording; values: () => readonly number[] } => {
    const env = new Recording('job')
    // What can be read once is made anew with the program.
    const seen = env.fromBatch(numbers()).collect()
    return { env, values: () => seen.values }
  }

  test('bring along what they have collected, and read what can be read once', async () => {
    const store = new MemoryCheckpointStore()
    const first = record()
    const checkpoints = { store, interval: Infinity }
    const run = (env: Recording, resume?: 'latest') =>
      new JobRunner(true).prepare(
        withCheckpoints(env.all, checkpoints),
        { autostop: true, ...(resume && { resume }) },
        noProgram,
      )
    const job = run(first.env)
    await job.start()
    while (first.values().length < 10) await turn()
    await job.stop({ savepoint: true })
    const before = first.values().length
    assert.ok(before < 200)
    const second = record()
    const again = run(second.env, 'latest')
    await again.start()
    await again.result
    assert.equal(second.values(), [...Array(200).keys()])
  })

  test('others may have to read again within the process, and are refused what can be read once', () => {
    const { env } = record()
    const recorded = withCheckpoints(env.all, { store: new MemoryCheckpointStore() })
    assert.instance(
      thrown(() => new JobRunner().prepare(recorded, {}, noProgram)),
      InvalidArgumentError,
    )
  })
})
