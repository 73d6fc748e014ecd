/** A service given as a class: constructed with `new` when the job starts, once per job. */
export type ServiceClass<T extends object, A extends unknown[]> = new (...args: A) => T

/** A service given as a function that makes it, or a promise of it: called when the job starts, once per job. */
export type ServiceFactory<T extends object, A extends unknown[]> = (...args: A) => T | Promise<T>

/** What the explicit forms of a source add. */
export interface ServiceSourceOptions {
  /** Calls the service bears at once, a positive integer; default the class's static `concurrency`, or no limit. */
  readonly concurrency?: number
  /** Milliseconds for `stop` and for `cleanup`, each; default the environment's `teardownTimeout`. */
  readonly teardownTimeout?: number
  /** Services of a lower number are taken down first, those of the same in reverse order of registration; default 0. */
  readonly teardownOrder?: number
  /**
   * Whether the service is stopped but not cleaned up when the job has failed, so that what it holds can be looked at;
   * default the environment's `keepOnFailure`.
   */
  readonly keepOnFailure?: boolean
}

/**
 * What `registerService` takes. A bare function is a class where it was written with `class`, or where its
 * prototype has members; otherwise it is a factory. The explicit forms leave nothing to guess.
 *
 * A class may declare how many calls it bears at once: `static concurrency = 4`.
 */
export type ServiceSource<T extends object, A extends unknown[]> =
  | ServiceClass<T, A>
  | ServiceFactory<T, A>
  | (ServiceSourceOptions & { readonly class: ServiceClass<T, A> })
  | (ServiceSourceOptions & { readonly factory: ServiceFactory<T, A> })

/** `class` as a keyword: not the beginning of a longer name, and not a method that is called `class`. */
const classSyntax = /^class(?![$\w]|\s*\()/

/** Whether a function is meant to be called with `new`. */
export function isClass(source: unknown): source is new (...args: never[]) => object {
  if (typeof source !== 'function') return false
  const prototype: unknown = source.prototype
  if (typeof prototype !== 'object' || prototype === null) return false
  return (
    classSyntax.test(Function.prototype.toString.call(source)) ||
    Reflect.ownKeys(prototype).some((key) => key !== 'constructor')
  )
}
