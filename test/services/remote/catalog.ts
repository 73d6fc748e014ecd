import type { ServiceContext } from '../../../src/services/service-context.ts'
import type { ServiceSource } from '../../../src/services/service-source.ts'

/** An error of the user's own. */
export class OutOfStock extends Error {
  override readonly name = 'OutOfStock'
  readonly left: number
  constructor(left: number) {
    super('none left', { cause: new RangeError('an empty shelf') })
    this.left = left
  }
}

/** Tells each step of its life to the logger, which the job has wherever the service is. */
class Told {
  protected ctx!: ServiceContext
  setup(ctx: ServiceContext): void {
    this.ctx = ctx
    this.tell('setup')
    ctx.signal.addEventListener('abort', () => this.tell('aborted'))
  }
  start(): void | Promise<void> {
    this.tell('start')
  }
  stop(): void | Promise<void> {
    this.tell('stop')
  }
  cleanup(): void | Promise<void> {
    this.tell('cleanup')
  }
  protected tell(step: string): void {
    this.ctx.logger.info(`${this.ctx.name}: ${step}`)
  }
}

const never = (): Promise<never> => new Promise(() => {})

class Shop extends Told {
  #busy = 0
  #most = 0
  #release: () => void = () => {}
  readonly #aborted: string[] = []

  add(a: number, b: number): number {
    return a + b
  }
  async later(value: unknown): Promise<unknown> {
    await Promise.resolve()
    return value
  }
  same(value: unknown): unknown {
    return value
  }
  buy(): never {
    throw new OutOfStock(0)
  }
  refuse(): never {
    throw new TypeError('not that')
  }
  throwText(): never {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- what people do
    throw 'a text'
  }
  system(): never {
    throw Object.assign(new Error('no such file'), { code: 'ENOENT', path: '/x' })
  }
  fn(): () => number {
    return () => 1
  }
  async hang(): Promise<never> {
    const signal = this.ctx.callSignal()
    signal.addEventListener('abort', () => {
      this.#aborted.push((signal.reason as Error).name)
      this.tell(`gave up on ${(signal.reason as Error).name}`)
    })
    return never()
  }
  aborted(): readonly string[] {
    return this.#aborted
  }
  /** Waits for `release`, or, where that has come, for nothing. */
  async hold(): Promise<number> {
    this.#most = Math.max(this.#most, ++this.#busy)
    await new Promise<void>((resolve) => {
      const before = this.#release
      this.#release = () => {
        before()
        resolve()
      }
    })
    return this.#busy--
  }
  release(): number {
    this.#release()
    return this.#most
  }
  pid(): number {
    return process.pid
  }
  now(): number {
    return this.ctx.now()
  }
}

class Limited extends Told {
  static readonly concurrency = 2
  #busy = 0
  #most = 0
  #join: (() => void) | null = null
  /** Resolves when there are two at it. */
  async work(): Promise<number> {
    this.#most = Math.max(this.#most, ++this.#busy)
    if (this.#join === null) await new Promise<void>((resolve) => (this.#join = resolve))
    else {
      this.#join()
      this.#join = null
    }
    this.#busy--
    return this.#most
  }
}

class Asking extends Told {
  ask(service: string, method: string, args: readonly unknown[] = []): Promise<unknown> {
    return this.ctx.callService(service, method, args)
  }
  async askLater(service: string, method: string): Promise<unknown> {
    await new Promise((resolve) => setImmediate(resolve))
    return this.ctx.callService(service, method)
  }
  viaProxy(service: string): Promise<unknown> {
    return this.ctx.service(service)['pid']!()
  }
  async giveUp(service: string): Promise<string> {
    const controller = new AbortController()
    const call = this.ctx.callService(service, 'hang', [], { signal: controller.signal })
    controller.abort(new RangeError('changed my mind'))
    return call.catch((error: Error) => error.name) as Promise<string>
  }
}

class Slow extends Told {
  override stop(): Promise<void> {
    this.tell('stop')
    return never()
  }
}
class SlowCleanup extends Told {
  override cleanup(): Promise<void> {
    this.tell('cleanup')
    return never()
  }
}
class Broken extends Told {
  override start(): never {
    throw new OutOfStock(1)
  }
}
class BrokenStop extends Told {
  override stop(): never {
    throw new Error('stuck')
  }
  override cleanup(): never {
    throw new Error('dirty')
  }
}
class StopAsks extends Asking {
  override async stop(): Promise<void> {
    this.tell(`stop, ${String(await this.ask('shop', 'add', [1, 2]))}`)
  }
}
class Mortal extends Told {
  pid(): number {
    return process.pid
  }
  exit(code: number): never {
    process.stderr.write('first words\nlast words\n')
    process.exit(code)
  }
  hang(): Promise<never> {
    return never()
  }
}
class Endless extends Told {
  spin(): never {
    for (;;);
  }
  pid(): number {
    return process.pid
  }
}

/** What a process of its own can host, by name. */
export const catalog = {
  shop: Shop,
  limited: Limited,
  asking: Asking,
  other: Asking,
  slow: Slow,
  slowCleanup: SlowCleanup,
  broken: Broken,
  brokenStop: BrokenStop,
  stopAsks: StopAsks,
  mortal: Mortal,
  endless: Endless,
  nothing: (() => 5) as never,
} satisfies Record<string, ServiceSource<object, []>>

export type CatalogName = keyof typeof catalog
