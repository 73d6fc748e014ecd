import * as assert from 'uvu/assert'
import { StateMappingError } from '../../../src/errors/checkpoint-errors.ts'
import type { ManifestOperator } from '../../../src/runtime/checkpoint/pending-checkpoint.ts'
import { RestoredJob } from '../../../src/runtime/checkpoint/restored-job.ts'
import type {
  LoadedCheckpoint,
  OperatorManifest,
  SubtaskManifest,
} from '../../../src/storage/checkpoint-store.ts'
import { v8Serializer } from '../../../src/storage/serializer.ts'
import { thrown } from '../../stream/recorded.ts'
import { suite } from '../../support/suite.ts'
import { FakeMember } from './support/fake-member.ts'

const blobs: Uint8Array[] = []
const blob = (value: unknown): { checkpoint: number; offset: number; length: number; crc: number } => {
  const bytes = v8Serializer.serialize(value)
  return { checkpoint: 1, offset: blobs.push(bytes) - 1, length: bytes.length, crc: 0 }
}

interface Saved {
  readonly finished?: boolean
  readonly values?: Readonly<Record<string, unknown>>
  readonly book?: Readonly<Record<string, number>>
}

const subtask = ({ finished = false, values = {}, book = {} }: Saved): SubtaskManifest => ({
  finished,
  values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, blob(value)])),
  tables: {},
  book,
})

const saved = (
  stateId: string,
  subtasks: readonly Saved[],
  { named = true, name = stateId, kind = 'map' }: Partial<ManifestOperator> = {},
): OperatorManifest => ({
  stateId,
  named,
  name,
  kind,
  parallelism: subtasks.length,
  subtasks: subtasks.map(subtask),
})

const now = (stateId: string, { named = true, name = stateId, kind = 'map' } = {}): ManifestOperator => ({
  stateId,
  named,
  name,
  kind,
  parallelism: 1,
})

let closed = 0
const restored = (
  operators: readonly OperatorManifest[],
  present: readonly ManifestOperator[],
  onLost: (error: StateMappingError) => void = (error) => {
    throw error
  },
): RestoredJob => {
  const manifest = {
    format: 1,
    job: 'job',
    run: 'run',
    id: 5,
    kind: 'checkpoint',
    takenAt: '',
    operators,
  } as const
  const loaded: LoadedCheckpoint = {
    manifest,
    read: async ({ offset }) => blobs[offset]!,
    close: async () => void closed++,
  }
  return new RestoredJob(loaded, {
    operators: present,
    reusable: true,
    turn: () => Promise.resolve(),
    onLost,
  })
}

suite('RestoredJob', (test) => {
  test('brings state and books back, subtask by subtask', async () => {
    const job = restored(
      [
        saved('a', [
          { values: { value: 'first' }, book: { in: 1, out: 1 } },
          { values: { value: 'second' }, book: { in: 2, out: 2 } },
        ]),
      ],
      [now('a')],
    )
    assert.is(job.id, 5)
    const members = [0, 1].map((index) => new FakeMember('a', { subtask: index, parallelism: 2 }))
    job.check(members)
    for (const member of members) {
      const { ended, given, inside } = await job.restore(member.ledger)
      assert.equal([ended, given, inside], [false, 3, []])
    }
    assert.equal(
      members.map(({ value, ledger }) => [value, ledger[0]!.total().in]),
      [
        ['first', 1],
        ['second', 2],
      ],
    )
    await job.close()
    assert.is(closed, 1)
  })

  test('brings the books of an operator in two strands back once, and those of all subtasks to the first', async () => {
    const job = restored([saved('a', [{ book: { in: 1 } }, { book: { in: 2 } }])], [now('a')])
    const counts: number[] = []
    for (const index of [0, 0, 1, 2]) {
      const member = new FakeMember('a', { subtask: index, parallelism: 3 })
      await job.restore(member.ledger)
      counts.push(member.ledger[0]!.total().in)
    }
    assert.equal(counts, [3, 0, 0, 0])
  })

  test('knows who had ended', async () => {
    const finished = (flags: readonly boolean[]): RestoredJob =>
      restored(
        [
          saved(
            'a',
            flags.map((finished) => ({ finished })),
          ),
        ],
        [now('a')],
      )
    const ended = async (flags: readonly boolean[], parallelism: number): Promise<boolean[]> => {
      const job = finished(flags)
      const all: boolean[] = []
      for (let index = 0; index < parallelism; index++) {
        all.push((await job.restore(new FakeMember('a', { subtask: index, parallelism }).ledger)).ended)
      }
      return all
    }
    assert.equal(await ended([true, false], 2), [true, false])
    // With another parallelism a subtask takes over from several, and has ended if all of them had.
    assert.equal(await ended([true, false], 1), [false])
    assert.equal(await ended([true, false], 3), [false, false, false])
    assert.equal(await ended([true, true], 3), [true, true, true])
    // An operator that was not there has not ended.
    assert.is((await finished([true]).restore(new FakeMember('b').ledger)).ended, false)
  })

  test('refuses state of operators that are not there, or are something else now', () => {
    const held = [{ values: { value: 1 } }]
    const refusal = (operator: OperatorManifest, present: readonly ManifestOperator[]): string => {
      const error = thrown(() => restored([operator], present))
      assert.instance(error, StateMappingError)
      assert.match(error.remedy!, 'allowDroppedState: true')
      return error.message
    }
    assert.match(refusal(saved('total', held), []), "does not have: map 'total' (uid total).")
    assert.match(
      refusal(saved('total', held), [now('total', { kind: 'scan' })]),
      "map 'total' (uid total, which is scan 'total' now)",
    )
    const unnamed = saved('n1', held, { named: false, name: 'map-1' })
    assert.match(
      refusal(unnamed, [now('n1', { named: false, name: 'map-2' })]),
      "map 'map-1' (id n1, which is map 'map-2' now)",
    )
    restored([unnamed], [now('n1', { named: false, name: 'map-1' })])
    // A uid is enough, whatever the name.
    restored([saved('total', held, { name: 'before' })], [now('total', { name: 'after' })])
    // What a source has given is state: it would give it again.
    assert.match(refusal(saved('in', [{ book: { out: 1 } }], { kind: 'source' }), []), "source 'in'")
    restored([saved('in', [{ book: { out: 0 } }], { kind: 'source' })], [])
    restored([saved('stateless', [{ book: { in: 3 } }])], [])
  })

  test('gives nothing of an operator to what stands in its place now', async () => {
    const lost: StateMappingError[] = []
    const before = saved('n1', [{ finished: true, values: { value: 'of the map' }, book: { in: 9 } }], {
      named: false,
      name: 'map-1',
    })
    const job = restored([before], [now('n1', { named: false, name: 'scan-1', kind: 'scan' })], (error) =>
      lost.push(error),
    )
    assert.is(lost.length, 1)
    const member = new FakeMember('n1')
    job.check([member])
    const { ended } = await job.restore(member.ledger)
    assert.equal([ended, member.value, member.ledger[0]!.total().in], [false, undefined, 0])
    assert.is(lost.length, 1)
  })

  test('refuses state that its operator has no name for any more', () => {
    const error = thrown(() =>
      restored(
        [saved('a', [{ values: { value: 1, 'state.gone': 2, function: 3, 'inside the loop': 4 } }])],
        [now('a')],
      ).check([new FakeMember('a')]),
    )
    assert.instance(error, StateMappingError)
    assert.match(error.message, "nothing takes: 'gone' of map 'a', 'function' of map 'a'.")
  })
})
