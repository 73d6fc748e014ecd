import { excerpt } from '../errors/excerpt.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { isClass, type ServiceSource, type ServiceSourceOptions } from './service-source.ts'

/** A registered service: how it is called, and how it is made when a job starts. Its arguments are bound. */
export interface ServiceDefinition extends ServiceSourceOptions {
  readonly name: string
  /** Called once per job. What it throws, or rejects with, fails the start of the job. */
  create(): object | Promise<object>
}

type Create = (...args: unknown[]) => object | Promise<object>
type Construct = new (...args: unknown[]) => object

interface ReadSource {
  readonly create: Create
  readonly concurrency: unknown
  readonly teardownTimeout?: unknown
  readonly teardownOrder?: unknown
  readonly keepOnFailure?: unknown
}

/**
 * Checks a registration and binds its arguments. `registered` are the names already taken.
 * @throws InvalidArgumentError for an empty or taken name, a source that makes nothing, a limit that is none.
 */
export function toServiceDefinition<T extends object, A extends unknown[]>(
  name: string,
  source: ServiceSource<T, A>,
  args: NoInfer<A>,
  registered: Iterable<string> = [],
): ServiceDefinition {
  checkServiceName(name, registered)
  const { create, ...given } = readSource(name, source)
  const bound = [...args]
  return Object.freeze({ name, create: () => create(...bound), ...checkOptions(name, given) })
}

/** Those that are there. */
function checkOptions(name: string, given: Omit<ReadSource, 'create'>): ServiceSourceOptions {
  const { concurrency, teardownTimeout, teardownOrder, keepOnFailure } = given
  const refuse = (what: string, got: unknown, remedy: string): never => {
    throw new InvalidArgumentError(`${what} of service "${name}" is ${excerpt(got)}`, { remedy })
  }
  if (teardownTimeout !== undefined && !(typeof teardownTimeout === 'number' && teardownTimeout > 0)) {
    refuse('teardownTimeout', teardownTimeout, 'pass milliseconds, or Infinity for no limit')
  }
  if (teardownOrder !== undefined && !Number.isFinite(teardownOrder)) {
    refuse('teardownOrder', teardownOrder, 'pass a number: those of a lower one are taken down first')
  }
  if (keepOnFailure !== undefined && typeof keepOnFailure !== 'boolean') {
    refuse('keepOnFailure', keepOnFailure, 'pass true or false')
  }
  const checked = {
    concurrency: concurrency === undefined ? undefined : checkConcurrency(name, concurrency),
    teardownTimeout,
    teardownOrder,
    keepOnFailure,
  }
  return Object.fromEntries(Object.entries(checked).filter(([, value]) => value !== undefined))
}

/** @throws InvalidArgumentError for a name that is empty or taken. */
export function checkServiceName(name: unknown, registered: Iterable<string>): void {
  if (typeof name !== 'string' || name.trim() === '') {
    throw new InvalidArgumentError('a service needs a name', {
      remedy: "pass a non-empty string: registerService('registry', Registry)",
    })
  }
  for (const taken of registered) {
    if (taken !== name) continue
    throw new InvalidArgumentError(`there is already a service named "${name}"`, {
      remedy: 'give each service a name of its own; one service may be called by any number of operators',
    })
  }
}

function readSource(name: string, source: unknown): ReadSource {
  if (isClass(source)) return fromClass(source as Construct)
  if (typeof source === 'function') return { create: source as Create, concurrency: undefined }
  const explicit = (source ?? {}) as Partial<ReadSource> & { class?: unknown; factory?: unknown }
  const { teardownTimeout, teardownOrder, keepOnFailure } = explicit
  const teardown = { teardownTimeout, teardownOrder, keepOnFailure }
  const hasClass = typeof explicit.class === 'function'
  const hasFactory = typeof explicit.factory === 'function'
  if (hasClass === hasFactory) {
    throw new InvalidArgumentError(`service "${name}" was given neither as a class nor as a factory`, {
      remedy:
        'pass a class, a function that returns the service, { class } or { factory }; wrap an object: () => it',
    })
  }
  if (hasFactory) {
    return { create: explicit.factory as Create, concurrency: explicit.concurrency, ...teardown }
  }
  const read = fromClass(explicit.class as Construct)
  return { ...read, concurrency: explicit.concurrency ?? read.concurrency, ...teardown }
}

function fromClass(Class: Construct): ReadSource {
  return {
    create: (...args) => new Class(...args),
    concurrency: (Class as { concurrency?: unknown }).concurrency,
  }
}

function checkConcurrency(name: string, value: unknown): number {
  if (value === Infinity || (Number.isInteger(value) && (value as number) > 0)) return value as number
  throw new InvalidArgumentError(`the concurrency of service "${name}" is ${String(value)}`, {
    remedy: 'declare a positive integer, or leave it out for no limit',
  })
}
