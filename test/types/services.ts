import { expectTypeOf } from 'expect-type'
import type { BaseEnvironment } from '../../src/environment/base-environment.ts'
import type { RecordContext } from '../../src/functions/context.ts'
import type { DataStream } from '../../src/stream/data-stream.ts'

class Registry {
  readonly #url: string
  constructor(url: string, _retries?: number) {
    this.#url = url
  }
  setup(): void {}
  lookup(name: string): number {
    return name.length + this.#url.length
  }
  async find(id: number): Promise<string> {
    return String(id)
  }
}

declare const env: BaseEnvironment
const served = env
  .registerService('registry', Registry, 'http://registry')
  .registerService('clock', async () => ({ now: (): number => 1 }))
  .registerPipeline('geo', (requests: DataStream<string>) => requests.map((name) => ({ name })))

// Services are typed from registration to call, and every method is asynchronous.
served.fromBatch(['a']).map(async (name, ctx) => {
  expectTypeOf(ctx.service('registry').lookup(name)).toEqualTypeOf<Promise<number>>()
  expectTypeOf(ctx.service('registry').find(1)).toEqualTypeOf<Promise<string>>()
  expectTypeOf(ctx.service('clock').now()).toEqualTypeOf<Promise<number>>()
  expectTypeOf(ctx.service('geo').call(name)).toEqualTypeOf<Promise<{ name: string } | undefined>>()
  // @ts-expect-error no service of that name
  ctx.service('registri')
  // Lifecycle hooks are not for callers.
  expectTypeOf(ctx.service('registry')).not.toHaveProperty('setup')
  expectTypeOf(ctx.service('registry')).not.toHaveProperty('look')
  // @ts-expect-error the argument is a string
  void ctx.service('registry').lookup(1)
  // @ts-expect-error the request is a string
  void ctx.service('geo').call(1)
})

// The result of a call is the type of the stream.
expectTypeOf(
  served
    .fromBatch(['a'])
    .map((name, ctx) => ctx.service('registry').lookup(name))
    .collect().values,
).toEqualTypeOf<readonly number[]>()

// They reach every operator, keyed or not, and every context.
served
  .fromBatch(['a'])
  .keyBy((name) => name.length)
  .process<number>(async (name, ctx, out) => out.emit(await ctx.service('registry').lookup(name)))
  .connect(served.fromBatch([true]))
  .comap([(_, ctx) => ctx.service('clock').now(), (_, ctx) => ctx.service('clock').now()])
  .sink({
    // @ts-expect-error no service of that name
    open: (ctx) => void ctx.service('nothing'),
    write: (n, ctx) => ctx.service('registry').find(n),
  })

// @ts-expect-error the constructor wants a URL
env.registerService('registry', Registry)
// @ts-expect-error the URL is a string
env.registerService('registry', Registry, 1)
// @ts-expect-error a service is a class or a factory
env.registerService('registry', { lookup: () => 1 })

// A remote service is called by the same proxy. Its options follow all arguments, or stand in the explicit form.
class Plain {
  hello(): number {
    return 1
  }
}
const remote = env
  .registerService('a', Plain, { remote: true, instances: 2, restarts: 5, cleanupTimeout: 5_000 })
  .registerService('b', Registry, 'http://registry', undefined, { remote: true, errors: [RangeError] })
  .registerService('c', async (n: number) => ({ value: () => n }), 3, { remote: true, concurrency: 4 })
  .registerService('d', { class: Registry, remote: true, heartbeatTimeout: 1_000 }, 'http://registry')
remote.fromBatch(['a']).map((name, ctx) => {
  expectTypeOf(ctx.service('a').hello()).toEqualTypeOf<Promise<number>>()
  expectTypeOf(ctx.service('b').lookup(name)).toEqualTypeOf<Promise<number>>()
  expectTypeOf(ctx.service('c').value()).toEqualTypeOf<Promise<number>>()
  expectTypeOf(ctx.service('d').find(1)).toEqualTypeOf<Promise<string>>()
})
// @ts-expect-error there is no such option
env.registerService('a', Plain, { remote: true, instance: 2 })
// @ts-expect-error what is not remote has no instances
env.registerService('a', { class: Plain, instances: 2 })
// @ts-expect-error nor is it restarted
env.registerService('a', { class: Plain, remote: false, restarts: 2 })
// @ts-expect-error the URL comes first
env.registerService('registry', Registry, { remote: true })

// Where registration was not chained, any name goes.
env.fromBatch(['a']).map((name, ctx) => {
  expectTypeOf(ctx.callService('registry', 'lookup', [name])).toEqualTypeOf<Promise<unknown>>()
  return ctx.service('registry')
})

// What names no services fits any environment.
const rename = (stream: DataStream<string>): DataStream<string> => stream.map((name) => name.trim())
const size = (name: string, ctx: RecordContext): number => name.length + ctx.subtaskIndex
class Size {
  map(name: string, ctx: RecordContext): number {
    return size(name, ctx)
  }
}
expectTypeOf(rename(served.fromBatch(['a'])).map(Size)).toExtend<DataStream<number>>()
expectTypeOf(served.fromBatch(['a']).map(size).collect().values).toEqualTypeOf<readonly number[]>()
expectTypeOf(served.fromBatch(['a']).keyBy(Number).map(Size).collect().values).toEqualTypeOf<
  readonly number[]
>()
