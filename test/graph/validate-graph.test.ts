import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { InvalidGraphError } from '../../src/errors/invalid-graph-error.ts'
import type { MillraceError } from '../../src/errors/millrace-error.ts'
import { validateGraph } from '../../src/graph/validate-graph.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'
import { RecordingEnvironment, thrown, untyped } from '../stream/recorded.ts'
import { suite } from '../support/suite.ts'

const same = (n: number): number => n

const refusal = (env: RecordingEnvironment): MillraceError => {
  const error = thrown(() => validateGraph(env.graph))
  assert.instance(error, InvalidGraphError)
  assert.ok(error.remedy, 'a refusal says what to do')
  return error
}

const warnings = (env: RecordingEnvironment): readonly string[] =>
  validateGraph(env.graph).warnings.map(({ nodeId }) => nodeId)

suite('validateGraph: sources and sinks', (test) => {
  test('refuses an empty pipeline', () => {
    assert.match(
      refusal(new RecordingEnvironment('nothing')).message,
      /^the pipeline of environment "nothing" is empty/,
    )
  })

  test('refuses a pipeline without a source', () => {
    const env = new RecordingEnvironment()
    env.deadLetters().print()
    assert.match(refusal(env).message, /has no source/)
  })

  test('refuses an environment of service pipelines alone', () => {
    const env = new RecordingEnvironment()
    env.registerPipeline('echo', (requests: DataStream<number>) => requests.map(same))
    assert.match(refusal(env).message, /has no source/)
  })

  test('refuses a source whose every branch ends in no sink, naming its line', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1], { name: 'numbers' })
    source.map(same)
    source.filter((n) => n > 1).map(same)
    const error = refusal(env)
    assert.match(error.message, /^no branch of source "numbers" ends in a sink/)
    assert.is(error.operator, 'numbers')
    assert.is(error.site?.file, fileURLToPath(import.meta.url))
  })

  test('refuses it also beside a source that has one, and where records only go round', () => {
    const env = new RecordingEnvironment()
    env.fromBatch([1]).print()
    const again = env.fromFuture<number>('again')
    env.fromBatch([1], { name: 'round' }).union(again).fillFuture(again)
    assert.match(refusal(env).message, /^no branch of source "round"/)
  })

  test('warns of a branch that ends in no sink', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1]).print()
    source.map(same, { name: 'lost' })
    const { warnings } = validateGraph(env.graph)
    assert.is(warnings.length, 1)
    assert.is(warnings[0]!.nodeId, 'n2')
    assert.match(warnings[0]!.message, /^nothing reads "lost" \(.*validate-graph\.test\.ts:\d+\)/)
  })

  test('has nothing to say of a pipeline that is in order', () => {
    const env = new RecordingEnvironment()
    const mapped = env.fromBatch([1]).map(same)
    mapped.print()
    mapped.collect()
    mapped.toAsyncIterable()
    mapped
      .connect(mapped, env.fromBatch([2]))
      .map(same)
      .sink(() => {})
    assert.equal(warnings(env), [])
  })

  test('takes a side output for a way out', () => {
    const env = new RecordingEnvironment()
    env
      .fromBatch([1])
      .process<number>(() => {})
      .sideOutput('late')
      .print()
    assert.equal(warnings(env), [])
  })

  test('is pure: the graph may be validated again, also after JSON', () => {
    const env = new RecordingEnvironment()
    env.fromBatch([1]).print()
    assert.equal(validateGraph(env.graph), validateGraph(JSON.parse(JSON.stringify(env.graph))))
  })
})

suite('validateGraph: futures', (test) => {
  test('refuses one that was not filled', () => {
    const env = new RecordingEnvironment()
    env.fromBatch([1]).union(env.fromFuture<number>('again')).print()
    const error = refusal(env)
    assert.match(error.message, /^the future "again" was not filled/)
    assert.is(error.operator, 'again')
  })

  test('allows one that is filled from elsewhere', () => {
    const env = new RecordingEnvironment()
    const later = env.fromFuture<number>('later')
    later.print()
    env.fromBatch([1]).fillFuture(later)
    assert.equal(warnings(env), [])
  })

  const looping = (build: (stream: DataStream<number>) => DataStream<number>): RecordingEnvironment => {
    const env = new RecordingEnvironment()
    const again = env.fromFuture<number>('again')
    const loop = build(env.fromBatch([1]).union(again))
    loop.fillFuture(again)
    loop.print()
    return env
  }

  test('refuses pipe inside a loop, not beside it', () => {
    const env = looping((stream) => stream.pipe((source) => source, { name: 'rx' }))
    assert.match(refusal(env).message, /^pipe "rx" is inside a feedback loop/)

    const beside = looping((stream) => stream.map(same))
    beside
      .fromBatch([1])
      .pipe((source) => source)
      .print()
    assert.equal(warnings(beside), [])
  })

  test('allows what holds records back and counts them', () => {
    const env = looping((stream) =>
      stream
        .throttle({ count: 1, interval: 10 })
        .batch({ size: 10, interval: 5 })
        .flatMap((batch) => batch),
    )
    assert.equal(warnings(env), [])
  })

  test('refuses pipe in a loop of dead letters', () => {
    const env = new RecordingEnvironment()
    const again = env.fromFuture<number>('again')
    env.fromBatch([1]).union(again).map(same, { onError: 'dead-letter' }).print()
    env
      .deadLetters<number>()
      .map(({ record }) => record)
      .pipe((source) => source, { name: 'mend' })
      .fillFuture(again)
    assert.match(refusal(env).message, /^pipe "mend" is inside a feedback loop/)
  })
})

suite('validateGraph: concat', (test) => {
  test('allows inputs that end on their own', () => {
    const env = new RecordingEnvironment()
    const [a, b, c] = [env.fromBatch([1]), env.fromBatch([2]), env.fromBatch([3])]
    a.concat(b, c).print()
    a.concat(c).print()
    assert.equal(warnings(env), [])
  })

  test('refuses a source on both sides, and names union', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1], { name: 'numbers' })
    source
      .map(same)
      .concat(
        source.filter((n) => n > 1),
        { name: 'both' },
      )
      .print()
    const error = refusal(env)
    assert.match(error.message, /^concat "both" reads source "numbers" twice/)
    assert.match(error.remedy!, /union/)
  })

  test('refuses the same source with another in between', () => {
    const env = new RecordingEnvironment()
    const source = env.fromBatch([1], { name: 'numbers' })
    source.concat(env.fromBatch([2]), source).print()
    assert.match(refusal(env).message, /reads source "numbers" twice/)
  })

  test('refuses two that wait for each other', () => {
    const env = new RecordingEnvironment()
    const [a, b] = [env.fromBatch([1], { name: 'a' }), env.fromBatch([2], { name: 'b' })]
    a.concat(b, { name: 'ab' }).print()
    b.concat(a).print()
    assert.match(
      refusal(env).message,
      /^concat "ab" lets "b" wait for the end of "a", which waits for "b" elsewhere/,
    )
  })

  test('refuses a circle of three', () => {
    const env = new RecordingEnvironment()
    const [a, b, c] = [env.fromBatch([1]), env.fromBatch([2]), env.fromBatch([3])]
    a.concat(b).print()
    b.concat(c).print()
    c.concat(a).print()
    assert.match(refusal(env).message, /waits for/)
  })

  test('refuses a loop back into an input that waits', () => {
    const env = new RecordingEnvironment()
    const again = env.fromFuture<number>('again')
    const all = env.fromBatch([1], { name: 'numbers' }).concat(again)
    all.map(same).fillFuture(again)
    all.print()
    assert.match(refusal(env).message, /reads source "numbers" twice/)
  })

  test('refuses to wait for the end of those whose dead letters follow', () => {
    const env = new RecordingEnvironment()
    const ok = env.fromBatch([1], { name: 'numbers' }).map(same, { onError: 'dead-letter' })
    ok.concat(env.deadLetters<number>().map(({ record }) => record)).print()
    assert.match(refusal(env).message, /reads source "numbers" twice/)
  })
})

suite('validateGraph: pipelines as services', (test) => {
  const serving = (build: (requests: DataStream<number>) => DataStream<unknown>): RecordingEnvironment => {
    const env = new RecordingEnvironment()
    env.registerPipeline('geo', build)
    env.fromBatch([1]).print()
    return env
  }

  test('allows one reply or none for a request', () => {
    const env = serving((requests) =>
      requests
        .map(same, { concurrency: 4 })
        .filter((n) => n > 0)
        .tap(() => {})
        .rebalance()
        .keyBy((n) => n)
        .scan((sum, n) => sum + n, 0)
        .dedupe()
        .throttle({ count: 1, interval: 1 }),
    )
    assert.equal(warnings(env), [])
    assert.equal(warnings(serving((requests) => requests)), [])
  })

  test('refuses what makes more or fewer of a request', () => {
    const breaking: Record<string, (requests: DataStream<number>) => DataStream<unknown>> = {
      flatMap: (requests) => requests.flatMap((n) => [n]),
      process: (requests) => requests.process(() => {}),
      batch: (requests) => requests.batch(2),
      reduce: (requests) => requests.reduce((a, b) => a + b),
      aggregate: (requests) => requests.aggregate({ create: () => 0, add: () => 0, result: () => 0 }),
      count: (requests) => requests.count(),
      pipe: (requests) => requests.pipe((source) => source),
      union: (requests) => requests.union(requests),
      concat: (requests) => requests.concat(requests),
      comap: (requests) => requests.connect(requests).comap([same, same]),
      join: (requests) => requests.keyBy(same).join(requests.keyBy(same), same),
      take: (requests) => requests.take(1),
      skip: (requests) => requests.skip(1),
      timeout: (requests) => requests.timeout(10),
      broadcast: (requests) => requests.broadcast(),
      sideOutput: (requests) => requests.map(same).sideOutput('x'),
    }
    for (const [kind, build] of Object.entries(breaking)) {
      const error = refusal(serving(build))
      assert.match(
        error.message,
        new RegExp(`^${kind} "${kind}-1" is between the requests and the replies of the pipeline "geo"`),
      )
      assert.ok(error.site)
    }
  })

  test('lets anything hang on a branch that is not returned', () => {
    const env = serving((requests) => {
      requests
        .batch(10)
        .flatMap((batch) => batch)
        .print()
      requests.map(same).union(requests).count().print()
      return requests.map(same)
    })
    assert.equal(warnings(env), [])
  })

  test('refuses to mix requests with records of the main pipeline', () => {
    const env = new RecordingEnvironment()
    const main = env.fromBatch([1], { name: 'main' })
    env.registerPipeline('geo', (requests: DataStream<number>) => {
      requests.union(untyped(main), { name: 'mixed' }).print()
      return requests
    })
    assert.match(
      refusal(env).message,
      /^"mixed" mixes the records of "main" with the requests of the pipeline "geo"/,
    )
  })

  test('refuses to mix requests of two pipelines', () => {
    const env = serving((requests) => requests)
    let first: DataStream<number> | undefined
    env.registerPipeline('a', (requests: DataStream<number>) => (first = requests))
    env.registerPipeline('b', (requests: DataStream<number>) => {
      requests.union(first!, { name: 'mixed' }).print()
      return requests
    })
    assert.match(
      refusal(env).message,
      /^"mixed" mixes the records of "b requests" with the requests of the pipeline "a"/,
    )
  })

  test('refuses replies that are not made of the requests', () => {
    const env = new RecordingEnvironment()
    const main = env.fromBatch([1])
    env.registerPipeline('geo', (requests: DataStream<number>) => {
      requests.print()
      return main as DataStream<number>
    })
    assert.match(
      refusal(env).message,
      /^the pipeline "geo" returns a stream that is not made of its requests/,
    )
  })
})
