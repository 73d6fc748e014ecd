import type { Stage } from './stage.ts'

type Factory = (...values: unknown[]) => unknown

/** Generated loops kept: the ones used last. */
const CAPACITY = 128

/**
 * Generated code by what makes its machine code good: its own source, and the functions it is going to call. A loop
 * made again for the same functions (a pipeline submitted again) starts with the type feedback and machine code of the
 * last time; loops that call other functions never share feedback, which would turn their calls megamorphic. Functions
 * are compared by their text, as closures made anew by each run are different objects: the text is only a key.
 */
export class CodeCache {
  readonly #factories = new Map<string, Factory>()

  factory(parameters: readonly string[], source: string, stages: readonly Stage[]): Factory {
    const key = [source, ...stages.map(({ call }) => Function.prototype.toString.call(call))].join('\0')
    const factory = this.#factories.get(key) ?? compile(parameters, source)
    this.#factories.delete(key)
    this.#factories.set(key, factory)
    if (this.#factories.size > CAPACITY) this.#factories.delete(this.#factories.keys().next().value as string)
    return factory
  }
}

let serial = 0

/** V8 keeps compiled code by source text: without a number, equal sources would share their feedback after all. */
function compile(parameters: readonly string[], source: string): Factory {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- built from our own templates and numbers only
  return new Function(...parameters, `// loop ${serial++}\n${source}`) as Factory
}
