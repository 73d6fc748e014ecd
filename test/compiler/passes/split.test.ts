import * as assert from 'uvu/assert'
import { compile, compileInStages } from '../../../src/compiler/compile.ts'
import type { NodePlace, ThreadSettings } from '../../../src/compiler/plan.ts'
import { END, InvalidGraphError } from '../../../src/index.ts'
import { RecordingEnvironment } from '../../stream/recorded.ts'
import { suite } from '../../support/suite.ts'

const inThreads: ThreadSettings = { placement: 'thread', count: 3, schedule: 'least-loaded' }
const inProcess: ThreadSettings = { ...inThreads, placement: 'process' }

/** By the operator's name: where it is, and why it is not where others are. */
const placesOf = (env: RecordingEnvironment, threads: ThreadSettings): Record<string, string> => {
  const { plan } = compileInStages(env.graph, 1, threads).find(({ name }) => name === 'split')!
  const told = ({ in: where, pinned, why }: NodePlace): string =>
    `${where}${pinned === null ? '' : ` ${pinned}`}${why === null ? '' : `: ${why}`}`
  return Object.fromEntries(plan.nodes.map(({ transformation: { name }, place }) => [name, told(place)]))
}

const refused = (env: RecordingEnvironment): InvalidGraphError => {
  try {
    compile(env.graph, 1, inProcess)
  } catch (error) {
    assert.instance(error, InvalidGraphError)
    return error as InvalidGraphError
  }
  throw new Error('it was placed')
}

suite('split', (test) => {
  test('leaves in the process what names no thread, and moves what does', () => {
    const env = new RecordingEnvironment()
    env
      .fromSource(() => END, { name: 'source', placement: 'thread' })
      .map((n) => n, { name: 'stays' })
      .map((n) => n, { name: 'moves', placement: 'thread' })
      .map((n) => n, { name: 'pinned', placement: { thread: 2 } })
      .sink(() => {}, { name: 'sink' })
    assert.equal(placesOf(env, inProcess), {
      source: 'thread',
      stays: 'process',
      moves: 'thread',
      pinned: 'thread 2',
      sink: 'process',
    })
  })

  test('moves all that can be elsewhere where the environment says so, and says why others stay', () => {
    const env = new RecordingEnvironment()
    const again = env.fromFuture<number>('again')
    const batch = env.fromBatch([1], { name: 'batch' })
    const looped = batch.union(again).map((n) => n, { name: 'looped' })
    looped.filter(() => false, { name: 'again?' }).fillFuture(again)
    env.fromInterval(5, { name: 'interval' }).sink(() => {}, { name: 'sink' })
    batch.map((n) => n, { name: 'told', placement: 'process' }).collect({ name: 'collect' })
    env.deadLetters().sink(() => {}, { name: 'letters' })
    looped.sink(() => {})
    const places = placesOf(env, inThreads)
    assert.is(places['interval'], 'thread')
    assert.is(places['sink'], 'thread')
    assert.is(places['letters'], 'thread')
    assert.is(places['batch'], 'process: it reads what the program has in hand')
    assert.is(places['looped'], 'process: it is part of a feedback loop')
    assert.is(places['collect'], 'process: it gives records to the program')
    assert.is(places['deadLetters-1'], 'process: it has the dead letters of all')
    assert.is(places['told'], 'process: told to')
  })

  test('lets routing and side outputs be where the records are', () => {
    const env = new RecordingEnvironment()
    const moved = env.fromBatch([1], { name: 'source' }).process<number>(() => {}, {
      name: 'moved',
      placement: { thread: 1 },
    })
    moved.keyBy((n) => n, { name: 'key' }).sink(() => {}, { name: 'keyed' })
    moved.sideOutput<number>('side', { name: 'side' }).sink(() => {}, { name: 'sided' })
    const places = placesOf(env, inProcess)
    assert.equal(
      ['moved', 'key', 'keyed', 'side', 'sided'].map((name) => places[name]),
      ['thread 1', 'thread 1', 'process', 'thread 1', 'process'],
    )
  })

  test('refuses what cannot be in a thread and is told to, and threads that there are not', () => {
    const batch = new RecordingEnvironment()
    batch.fromBatch([1], { name: 'source', placement: 'thread' }).sink(() => {})
    const error = refused(batch)
    assert.is(error.operator, 'source')
    assert.match(error.message, 'cannot be in a thread, as it reads what the program has in hand')
    const many = new RecordingEnvironment()
    many.fromBatch([1]).sink(() => {}, { name: 'sink', placement: { thread: 3 } })
    assert.match(refused(many).message, 'in thread 3, and there are 3, from 0')
    assert.match(refused(many).remedy!, 'threads: { count }')
  })
})
