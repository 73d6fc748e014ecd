import { Readable } from 'node:stream'
import { map, Subject } from 'rxjs'
import * as assert from 'uvu/assert'
import { compile } from '../../src/compiler/compile.ts'
import type { PlanWarning } from '../../src/compiler/plan.ts'
import { checkRecovery } from '../../src/environment/check-recovery.ts'
import type { EnvironmentOptions } from '../../src/environment/environment-options.ts'
import { InvalidGraphError } from '../../src/errors/invalid-graph-error.ts'
import { END, fixedDelay, LocalEnvironment, MemoryCheckpointStore } from '../../src/index.ts'
import { silentLogger } from '../../src/functions/logger.ts'
import { rejectionOf } from '../job/jobs.ts'
import { suite } from '../support/suite.ts'

const withCheckpoints = (): EnvironmentOptions => ({ checkpoints: { store: new MemoryCheckpointStore() } })
const restarts: EnvironmentOptions = { restart: fixedDelay() }

/** Gives what only subclasses see. */
class CheckedEnvironment extends LocalEnvironment {
  check(): readonly PlanWarning[] {
    return checkRecovery(compile(this.graph, 1), this.functions, this.options)
  }
}

const environment = (options: EnvironmentOptions = {}): CheckedEnvironment =>
  new CheckedEnvironment('job', options)

/** What the check says of the sources of this job. */
const warnings = (options: EnvironmentOptions, build: (env: LocalEnvironment) => unknown): string[] => {
  const env = environment(options)
  build(env)
  return env.check().map(({ message }) => message)
}

const refusal = (
  options: EnvironmentOptions,
  build: (env: LocalEnvironment) => unknown,
): InvalidGraphError => {
  const env = environment(options)
  build(env)
  try {
    env.check()
  } catch (error) {
    assert.instance(error, InvalidGraphError)
    return error as InvalidGraphError
  }
  throw new Error('it was not refused')
}

class Transactional {
  write(): void {}
  prepare(): string {
    return 'handle'
  }
  commit(): void {}
  recover(): void {}
}

suite('operators in a job with checkpoints', (test) => {
  test('concat is refused, and fine without checkpoints', () => {
    const build = (env: LocalEnvironment): void => {
      env
        .fromBatch([1])
        .concat(env.fromBatch([2]), { name: 'both' })
        .sink(() => {})
    }
    const error = refusal(withCheckpoints(), build)
    assert.match(error.message, /^concat "both" reads nothing of a later input/)
    assert.match(error.message, /operator: both \(.*check-recovery/)
    assert.match(error.remedy!, /use union/)
    assert.equal(warnings(restarts, build), [])
    assert.equal(warnings({}, build), [])
  })

  test('pipe is refused unless it is declared stateless, and fine without checkpoints', () => {
    const build =
      (options: { stateless?: boolean }) =>
      (env: LocalEnvironment): void => {
        env
          .fromBatch([1])
          .pipe(
            map((n) => n),
            { name: 'rx', ...options },
          )
          .sink(() => {})
      }
    for (const options of [{}, { stateless: false }]) {
      const error = refusal(withCheckpoints(), build(options))
      assert.match(error.message, /^pipe "rx" may hold what a checkpoint cannot save/)
      assert.match(error.remedy!, /stateless: true/)
      assert.equal(warnings(restarts, build(options)), [])
    }
    assert.equal(warnings(withCheckpoints(), build({ stateless: true })), [])
  })

  test('a sink that prepares and commits is refused with overlapping or timed calls, everywhere', () => {
    const cases = [
      [{ concurrency: 2 }, /concurrency above 1/],
      [{ timeout: 10 }, /a timeout/],
    ] as const
    for (const options of [withCheckpoints(), restarts, {}]) {
      for (const sink of [Transactional, new Transactional()]) {
        for (const [given, message] of cases) {
          const error = refusal(options, (env) => env.fromBatch([1]).sink(sink, { name: 'files', ...given }))
          assert.match(error.message, message)
          assert.match(error.message, /^sink "files"/)
        }
        warnings(options, (env) => env.fromBatch([1]).sink(sink, { parallelism: 2, batch: { size: 2 } }))
      }
      warnings(options, (env) => env.fromBatch([1]).sink(() => {}, { concurrency: 2, timeout: 10 }))
      warnings(options, (env) => env.fromBatch([1]).sink({ write: () => {} }, { concurrency: 2 }))
    }
  })

  test('what serves requests takes no part, and may do as it likes', () => {
    const env = environment(withCheckpoints())
    env.registerPipeline('p', (requests) => {
      requests.pipe(map((n) => n)).sink(() => {})
      return requests
    })
    env.fromBatch([1]).sink(() => {})
    assert.equal(env.check(), [])
  })

  test('submit refuses them as a rejection, before anything runs', async () => {
    const env = environment(withCheckpoints())
    env
      .fromBatch(() => assert.unreachable() as never)
      .pipe(map((n) => n))
      .sink(() => {})
    assert.instance(await rejectionOf(env.submit({ autostop: true })), InvalidGraphError)
    assert.is(env.status, 'pending')
  })
})

/** Says where it is. */
class Positioned {
  next(): typeof END {
    return END
  }
  snapshot(): number {
    return 0
  }
  restore(): void {}
}
class Unpositioned {
  next(): typeof END {
    return END
  }
}

suite('sources that cannot be read again', (test) => {
  const observable = (env: LocalEnvironment): unknown =>
    env.fromObservable(new Subject(), { name: 'pushed' }).sink(() => {})
  const pull =
    (source: never) =>
    (env: LocalEnvironment): unknown =>
      env.fromSource(source, { name: 'pulled' }).sink(() => {})
  const readable = (env: LocalEnvironment): unknown =>
    env.fromReadable(() => Readable.from(['a']), { name: 'chunks' }).sink(() => {})

  test('are told of where a job with checkpoints has them', () => {
    const told = (build: (env: LocalEnvironment) => unknown): string => {
      const messages = warnings(withCheckpoints(), build)
      assert.is(messages.length, 1)
      return messages[0]!
    }
    assert.match(
      told(observable),
      /^source "pushed" \(.*check-recovery.*\) is an Observable.* is lost in a crash/,
    )
    assert.match(told(readable), /^source "chunks" .* exact only if it gives the same chunks each time/)
    const lost = /^source "pulled" .* has no snapshot and restore: .* is lost in a crash/
    const next = (): typeof END => END
    for (const source of [next, Unpositioned, new Unpositioned(), { next, snapshot: () => 0 }]) {
      assert.match(told(pull(source as never)), lost)
    }
    for (const source of [Positioned, new Positioned(), class extends Positioned {}]) {
      assert.equal(warnings(withCheckpoints(), pull(source as never)), [])
    }
  })

  test('are told of where a job that is restarted begins again, if they do not', () => {
    assert.match(warnings(restarts, observable)[0]!, /a hot one does not give again/)
    assert.match(warnings(restarts, pull((() => END) as never))[0]!, /goes on where it was/)
    for (const build of [readable, pull(Unpositioned as never), pull(new Unpositioned() as never)]) {
      assert.equal(warnings(restarts, build), [])
    }
  })

  test("are nobody's concern where a job runs once", () => {
    for (const build of [observable, readable, pull((() => END) as never)]) {
      assert.equal(warnings({}, build), [])
    }
  })

  test('are neither iterables, nor functions that make them, nor intervals', () => {
    const build = (env: LocalEnvironment): void => {
      for (const input of [[1], new Set([1]), () => [1]]) env.fromBatch(input).sink(() => {})
      env.fromInterval(1, { count: 1 }).sink(() => {})
    }
    assert.equal(warnings(withCheckpoints(), build), [])
    assert.equal(warnings(restarts, build), [])
  })

  test('are warned of once, at submit, with the id of the node', async () => {
    const told: unknown[][] = []
    const logger = { ...silentLogger, warn: (...args: unknown[]) => void told.push(args) }
    const env = environment({ ...withCheckpoints(), logger })
    env.fromSource(() => END, { name: 'pulled' }).sink(() => {})
    await env.submit({ autostop: true })
    assert.is(told.length, 1)
    assert.match(String(told[0]![0]), /^source "pulled"/)
    assert.equal(told[0]![1], { nodeId: 'n0' })
  })
})
