import * as assert from 'uvu/assert'
import { INSIDE, PendingCheckpoint } from '../../../src/runtime/checkpoint/pending-checkpoint.ts'
import type { OperatorPart } from '../../../src/runtime/checkpoint/strand-part.ts'
import { type SavedState, StateCapture } from '../../../src/runtime/state/state-capture.ts'
import type { CheckpointManifest, CheckpointWriter } from '../../../src/storage/checkpoint-store.ts'
import { v8Serializer } from '../../../src/storage/serializer.ts'
import { deferred, never, rejectionOf } from '../../job/jobs.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { suite } from '../../support/suite.ts'
import { rest } from '../../support/turns.ts'
import { FakeMember, operatorsOf } from './support/fake-member.ts'

/** A capture of one value that notes how it was ended. */
class NotedCapture extends StateCapture {
  readonly ends: (SavedState | 'aborted')[] = []

  constructor(values: Readonly<Record<string, string>> = {}) {
    super(new Map(Object.entries(values).map(([name, text]) => [name, Buffer.from(text)])), new Map())
  }

  override succeeded(saved: SavedState): void {
    this.ends.push(saved)
  }

  override abort(): void {
    this.ends.push('aborted')
  }
}

interface PartOptions {
  readonly subtask?: number
  readonly ended?: boolean
  readonly values?: Readonly<Record<string, string>>
  readonly book?: Readonly<Record<string, number>>
}

const part = (
  stateId: string,
  { subtask = 0, ended = false, values = {}, book = {} }: PartOptions = {},
): OperatorPart & { readonly state: NotedCapture } => ({
  stateId,
  subtask,
  ended,
  book,
  state: new NotedCapture(values),
})

class Bench {
  readonly put: string[] = []
  readonly bytes: Uint8Array[] = []
  aborts = 0
  manifest: CheckpointManifest | null = null
  /** Called before each put and commit. */
  before: (step: string) => unknown = () => undefined
  readonly pending: PendingCheckpoint
  readonly members: readonly FakeMember[]

  constructor(names: readonly string[], parallelism = 1, full = false) {
    this.members = names.map((name) => new FakeMember(name))
    const writer: CheckpointWriter = {
      put: async (bytes) => {
        const offset = this.bytes.push(bytes) - 1
        this.put.push(Buffer.from(bytes).toString())
        await this.before(`put ${this.put.length}`)
        return { checkpoint: 7, offset, length: bytes.length, crc: 0 }
      },
      commit: async (manifest) => {
        await this.before('commit')
        this.manifest = manifest
        return { id: 7, kind: manifest.kind, takenAt: manifest.takenAt, bytes: 0, location: 'here' }
      },
      abort: async () => void this.aborts++,
    }
    const barrier = { kind: 'barrier', checkpoint: 7, final: false, full } as const
    const identity = { job: 'job', run: 'run', operators: operatorsOf(names, parallelism) }
    this.pending = new PendingCheckpoint(barrier, writer, this.members, identity, new ManualClock())
  }
}

suite('PendingCheckpoint', (test) => {
  test('commits when all have spoken and all of it is written, and tells the captures', async () => {
    const bench = new Bench(['a', 'b'])
    const [a, b] = bench.members as [FakeMember, FakeMember]
    const parts = [part('a', { values: { x: 'of a' }, book: { in: 1 } }), part('b', { ended: true })] as const
    assert.ok(bench.pending.awaits(a))
    bench.pending.add(a, [parts[0]], null)
    assert.not(bench.pending.awaits(a))
    await rest()
    assert.is(bench.manifest, null)
    assert.equal(
      [...bench.pending.missing].map(({ name }) => name),
      ['b'],
    )
    bench.pending.add(b, [parts[1]], null)
    assert.is((await bench.pending.done).id, 7)
    const { operators, ...head } = bench.manifest!
    const at = new Date(new ManualClock().now()).toISOString()
    assert.equal(head, { format: 1, job: 'job', run: 'run', id: 7, kind: 'checkpoint', takenAt: at })
    const ref = { checkpoint: 7, offset: 0, length: 4, crc: 0 }
    const x = { values: { x: ref }, tables: {} }
    assert.equal(
      operators.map(({ subtasks }) => subtasks[0]),
      [
        { finished: false, ...x, book: { in: 1 } },
        { finished: true, values: {}, tables: {}, book: {} },
      ],
    )
    assert.equal(parts[0].state.ends, [x])
    assert.is(bench.aborts, 0)
  })

  test('does not commit before what others have left is written', async () => {
    const bench = new Bench([])
    const writing = [deferred(), deferred(), deferred()]
    bench.before = (step) => (step === 'commit' ? undefined : writing[Number(step.slice(4)) - 1]!.promise)
    for (const text of ['1', '2', '3']) bench.pending.add(null, [part(text, { values: { x: text } })], null)
    for (const [i, { resolve }] of writing.entries()) {
      await rest()
      assert.is(bench.manifest, null)
      assert.is(bench.put.length, i + 1, 'one after the other')
      resolve()
    }
    await bench.pending.done
    assert.equal(bench.put, ['1', '2', '3'])
  })

  test('is a savepoint where the barrier has everything saved', async () => {
    const bench = new Bench([], 1, true)
    bench.pending.add(null, [], null)
    await bench.pending.done
    assert.is(bench.manifest!.kind, 'savepoint')
  })

  test('puts the parts of an operator that is in two strands together', async () => {
    const bench = new Bench(['calls'], 2)
    const [calls] = bench.members as [FakeMember]
    bench.pending.add(null, [part('calls', { ended: true, book: { in: 2, out: 0 } })], null)
    bench.pending.add(calls, [part('calls', { values: { x: 'x' }, book: { out: 1 } })], null)
    await bench.pending.done
    const [first, second] = bench.manifest!.operators[0]!.subtasks
    assert.equal(
      [first!.finished, first!.book, Object.keys(first!.values)],
      [false, { in: 2, out: 1 }, ['x']],
    )
    assert.equal(second, { finished: false, values: {}, tables: {}, book: {} })
  })

  test('waits for what is inside a feedback loop, and saves it with the head', async () => {
    const bench = new Bench(['head', 'other'])
    const [head, other] = bench.members as [FakeMember, FakeMember]
    const inside = deferred<readonly { input: number; records: unknown[]; keys: null; timestamps: null }[]>()
    bench.pending.add(head, [part('head'), part('behind it')], inside.promise)
    bench.pending.add(other, [part('other')], null)
    await rest()
    assert.equal([...bench.pending.missing], [head])
    const chunks = [{ input: 1, records: ['round'], keys: null, timestamps: null }]
    inside.resolve(chunks)
    await bench.pending.done
    const { values } = bench.manifest!.operators[0]!.subtasks[0]!
    assert.equal(v8Serializer.deserialize(bench.bytes[values[INSIDE]!.offset]!), chunks)
  })
})

suite('PendingCheckpoint, given up', (test) => {
  test('ends all that was handed in at once: written, being written and in line', async () => {
    const bench = new Bench(['a', 'b', 'c'])
    const [a, b, c] = bench.members as [FakeMember, FakeMember, FakeMember]
    bench.before = (step) => (step === 'put 2' ? never() : undefined)
    const parts = bench.members.map(({ name }) => part(name, { values: { x: name } }))
    bench.pending.add(a, [parts[0]!], null)
    bench.pending.add(b, [parts[1]!], null)
    bench.pending.add(c, [parts[2]!], null)
    await rest()
    assert.equal(bench.put, ['a', 'b'])
    const why = new Error('why')
    bench.pending.fail(why)
    for (const { state } of parts) assert.equal(state.ends, ['aborted'])
    assert.is(bench.aborts, 1)
    assert.is(await rejectionOf(bench.pending.done), why)
    assert.not(bench.pending.awaits(a))
    bench.pending.fail(new Error('again'))
    assert.is(bench.aborts, 1)
  })

  test('a put or a commit that rejects ends it, with its error', async () => {
    for (const broken of ['put 2', 'commit']) {
      const bench = new Bench(['a'])
      const full = new Error(`${broken}: the disk is full`)
      bench.before = (step) => {
        if (step === broken) throw full
      }
      const own = part('a', { values: { x: '1', y: '2' } })
      bench.pending.add(bench.members[0]!, [own], null)
      assert.is(await rejectionOf(bench.pending.done), full)
      assert.ok(own.state.ends.includes('aborted'))
      assert.not(own.state.ends.some((end) => end !== 'aborted'))
      assert.is(bench.aborts, 1)
    }
  })

  test('not where the store decides already', async () => {
    const bench = new Bench(['a'])
    const committed = deferred()
    bench.before = (step) => (step === 'commit' ? committed.promise : undefined)
    bench.pending.add(bench.members[0]!, [part('a')], null)
    await rest()
    bench.pending.fail(new Error('too late'))
    committed.resolve()
    assert.is((await bench.pending.done).id, 7)
    assert.is(bench.aborts, 0)
  })

  test('what is inside a loop and comes later is nothing any more', async () => {
    const bench = new Bench(['head'])
    const inside = deferred<readonly never[]>()
    bench.pending.add(bench.members[0]!, [part('head')], inside.promise)
    await rest()
    bench.pending.fail(new Error('why'))
    inside.reject(new Error('nobody asks'))
    await rejectionOf(bench.pending.done)
    await rest()
    assert.is(bench.manifest, null)
  })
})
