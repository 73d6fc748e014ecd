/** A service given as a class: constructed with `new` when the job starts, once per job. */
export type ServiceClass<T extends object, A extends unknown[]> = new (...args: A) => T

/** A service given as a function that makes it, or a promise of it: called when the job starts, once per job. */
export type ServiceFactory<T extends object, A extends unknown[]> = (...args: A) => T | Promise<T>

/** What may be said of any service. */
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

/** A class of errors that a service throws, to be told from others by `instanceof` where it is called. */
export type ErrorClass = abstract new (...args: never[]) => Error

/**
 * Has a service hosted in processes of its own, which load the program once more and run it up to the submit. They are
 * called as a service in this process is; arguments and results are cloned.
 */
export interface RemoteServiceOptions {
  readonly remote: true
  /** Processes, a positive integer; default 1. A call goes to the one with the fewest in flight. */
  readonly instances?: number
  /** Crashes within a minute, of all instances, after which the service is restarted; one more fails the job. Default 3. */
  readonly restarts?: number
  /** Milliseconds for `stop` and for `cleanup`, each, before the process is killed; default `teardownTimeout`. */
  readonly cleanupTimeout?: number
  /** Milliseconds without a sign of life after which a process is killed, or Infinity; default 30 000. */
  readonly heartbeatTimeout?: number
  /** Classes of errors that callers tell by `instanceof`. Those of the language and of this library need not be named. */
  readonly errors?: readonly ErrorClass[]
}

/** A service in the process of the job. */
export type InProcessOptions = { readonly [K in Exclude<keyof RemoteServiceOptions, 'remote'>]?: never } & {
  readonly remote?: false
}

/** What is said of a service beside its source. */
export type ServiceOptions = ServiceSourceOptions & (InProcessOptions | RemoteServiceOptions)

/**
 * What `registerService` takes. A bare function is a class where it was written with `class`, or where its
 * prototype has members; otherwise it is a factory. The explicit forms leave nothing to guess.
 *
 * A class may declare how many calls it bears at once: `static concurrency = 4`.
 */
export type ServiceSource<T extends object, A extends unknown[]> =
  | ServiceClass<T, A>
  | ServiceFactory<T, A>
  | (ServiceOptions & { readonly class: ServiceClass<T, A> })
  | (ServiceOptions & { readonly factory: ServiceFactory<T, A> })

/**
 * What follows the source in `registerService`: the arguments of its constructor or factory, optional ones as well where
 * options follow that make the service a remote one.
 */
export type ServiceArguments<A extends unknown[]> = A | [...A, ServiceSourceOptions & RemoteServiceOptions]

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
