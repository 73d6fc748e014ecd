import { from } from 'rxjs'
import * as assert from 'uvu/assert'
import { edgeEnds } from '../../../src/cluster/regions/edge-ends.ts'
import { planRegions } from '../../../src/cluster/regions/plan-regions.ts'
import { compile } from '../../../src/compiler/compile.ts'
import { type DataStream, NotDistributableError } from '../../../src/index.ts'
import { RecordingEnvironment } from '../../support/cluster/region-runner.ts'
import { suite } from '../../support/suite.ts'

type Build = (env: RecordingEnvironment) => unknown

/** What a pipeline is cut into: the operators of each region, with how many of their subtasks are there. */
function cut(build: Build, parallelism = 2): readonly string[] {
  const env = new RecordingEnvironment('cut', { parallelism })
  build(env)
  return planRegions(compile(env.all.graph, parallelism)).map(
    ({ operators, subtasks }) => `${operators.join(' ')} x${subtasks.length}`,
  )
}

/** The ends of edges that are cut. */
function ends(build: Build, parallelism = 2): readonly string[] {
  const env = new RecordingEnvironment('cut', { parallelism })
  build(env)
  return [...new Set(edgeEnds(compile(env.all.graph, parallelism)).values())].sort()
}

const ticks = (env: RecordingEnvironment): DataStream<number> => env.fromInterval(1, { name: 'ticks' })
const nothing = (): void => {}

const refusal = (build: Build): NotDistributableError => {
  try {
    cut(build)
  } catch (error) {
    assert.instance(error, NotDistributableError)
    return error as NotDistributableError
  }
  throw new Error('it was to be refused')
}

suite('regions of a plan', (test) => {
  test('are cut where records are dealt out by key', () => {
    const build: Build = (env) =>
      ticks(env)
        .keyBy((n) => n % 3)
        .count({ name: 'counts' })
        .sink(nothing, { name: 'sink' })
    assert.equal(cut(build), ['ticks keyBy-1 x1', 'counts sink x1', 'counts sink x1'])
    assert.is(ends(build).length, 2)
  })

  test('are cut where records are dealt out in turn, to all, or to another number of subtasks', () => {
    const through = (deal: (stream: DataStream<number>) => DataStream<number>): readonly string[] =>
      cut((env) =>
        deal(env.fromSource(() => 1, { name: 'ones', parallelism: 2 }))
          .map((n) => n, { name: 'map' })
          .sink(nothing, {
            name: 'sink',
          }),
      )
    const two = ['ones x1', 'ones x1', 'map sink x1', 'map sink x1']
    assert.equal(through((stream) => stream.rebalance()).map(withoutDealer), two)
    assert.equal(through((stream) => stream.broadcast() as never).map(withoutDealer), two)
    assert.equal(
      through((stream) => stream.map((n) => n, { name: 'three', parallelism: 3 })).length,
      2 + 3 + 2,
    )
  })

  test('are not cut where each subtask sends to one', () => {
    const build: Build = (env) =>
      env
        .fromSource(() => 1, { name: 'ones', parallelism: 3 })
        .map(async (n) => n, { name: 'calls', parallelism: 3, concurrency: 4 })
        .sink(nothing, { name: 'sink', parallelism: 3 })
    assert.is(cut(build).length, 3)
    assert.equal(ends(build), [])
  })

  test('have a loop in one, whatever is dealt out inside', () => {
    const regions = cut((env) => {
      const again = env.fromFuture<number>('again')
      const next = ticks(env)
        .union(again)
        .keyBy((n) => n % 3)
        .map((n) => n + 1, { name: 'next' })
      next.filter((n) => n < 4, { name: 'more' }).fillFuture(again)
      next
        .keyBy((n) => n)
        .count({ name: 'counts' })
        .sink(nothing, { name: 'sink' })
    })
    const loop = regions.filter((region) => region.includes('again'))
    assert.is(loop.length, 1)
    assert.match(loop[0]!, /next/)
    assert.is(regions.filter((region) => region.startsWith('counts')).length, 2)
  })

  test('have all subtasks of what is read once and dealt out in one', () => {
    const build: Build = (env) =>
      env
        .fromBatch([1, 2, 3], { name: 'batch', parallelism: 4 })
        .keyBy((n) => n)
        .count({ name: 'counts' })
        .sink(nothing, { name: 'sink' })
    assert.equal(cut(build), ['batch keyBy-1 x4', 'counts sink x1', 'counts sink x1'])
  })

  test('have dead letters and side outputs as others', () => {
    const regions = cut((env) => {
      const both = ticks(env)
        .rebalance()
        .process<number>((n, _ctx, out) => out.side('odd', n), { name: 'both', onError: 'dead-letter' })
      both.sink(nothing, { name: 'sink' })
      both
        .sideOutput<number>('odd')
        .keyBy((n) => n)
        .count({ name: 'odd' })
        .sink(nothing, { name: 'odds' })
      env.deadLetters().sink(nothing, { name: 'letters' })
    })
    assert.is(regions.filter((region) => region.includes('both')).length, 2)
    const letters = ['deadLetters-1 x1', 'letters x1', 'letters x1']
    assert.equal(
      regions.filter((region) => /letters/i.test(region)),
      letters,
    )
    assert.is(regions.filter((region) => region.includes('odds')).length, 2)
  })

  test('are the same wherever a plan is the same', () => {
    const build: Build = (env) =>
      ticks(env)
        .keyBy((n) => n % 3)
        .count()
        .rebalance()
        .map((n) => n)
        .sink(nothing)
    assert.equal(cut(build, 4), cut(build, 4))
    assert.equal(ends(build, 4), ends(build, 4))
  })

  test('are not to be had of what one process has, which is named with its place', () => {
    const iterated = refusal((env) => void ticks(env).toAsyncIterable({ name: 'read' }))
    assert.match(iterated.message, 'the process that submits')
    assert.match(iterated.site!.file, /plan-regions\.test\.ts$/)
    const observed = refusal((env) => env.fromObservable(from([1]), { name: 'hot' }).sink(nothing))
    assert.is(observed.operator, 'hot')
    assert.match(observed.message, 'could not have them again')
    assert.match(observed.site!.file, /plan-regions\.test\.ts$/)
    const served = refusal((env) => {
      env.registerPipeline('twice', (requests) => requests.map((n) => 2 * Number(n)))
      ticks(env).sink(nothing)
    })
    assert.match(served.message, "behind service 'twice'")
    const chained = refusal((env) => ticks(env).concat(ticks(env)).sink(nothing))
    assert.match(chained.message, 'have ended')
    const piped = refusal((env) =>
      ticks(env)
        .pipe((source) => source)
        .sink(nothing),
    )
    assert.match(piped.message, 'nobody could go on')
    assert.ok(
      cut((env) =>
        ticks(env)
          .pipe((source) => source, { stateless: true } as never)
          .sink(nothing),
      ).length,
    )
  })
})

const withoutDealer = (region: string): string => region.replace(/ ?(rebalance|broadcast)-\d+/, '')
