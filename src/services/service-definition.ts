import { excerpt } from '../errors/excerpt.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { checkPlacement, type GivenPlacement, type RemoteSettings } from './remote-settings.ts'
import {
  isClass,
  type ServiceArguments,
  type ServiceSource,
  type ServiceSourceOptions,
} from './service-source.ts'

/** A registered service: how it is called, and how it is made when a job starts. Its arguments are bound. */
export interface ServiceDefinition extends ServiceSourceOptions {
  readonly name: string
  /** Absent: it is hosted in the process of the job. */
  readonly remote?: RemoteSettings
  /** Called once per job. What it throws, or rejects with, fails the start of the job. */
  create(): object | Promise<object>
}

type Create = (...args: unknown[]) => object | Promise<object>
type Construct = new (...args: unknown[]) => object

type Given = { readonly [K in keyof ServiceSourceOptions]?: unknown } & GivenPlacement

interface ReadSource {
  readonly create: Create
  readonly options: Given
}

/**
 * Checks a registration and binds its arguments. `registered` are the names already taken.
 * @throws InvalidArgumentError for an empty or taken name, a source that makes nothing, a limit that is none.
 */
export function toServiceDefinition<T extends object, A extends unknown[]>(
  name: string,
  source: ServiceSource<T, A>,
  args: NoInfer<ServiceArguments<A>>,
  registered: Iterable<string> = [],
): ServiceDefinition {
  checkServiceName(name, registered)
  const { bound, options: trailing } = splitArguments(source, args)
  const { create, options } = readSource(name, source)
  const checked = checkOptions(name, { ...options, ...trailing })
  return Object.freeze({ name, create: () => create(...bound), ...checked })
}

const optionNames: ReadonlySet<string> = new Set<keyof Given>([
  'concurrency',
  'teardownTimeout',
  'teardownOrder',
  'keepOnFailure',
  'remote',
  'instances',
  'restarts',
  'cleanupTimeout',
  'heartbeatTimeout',
  'errors',
])

/**
 * Options may follow the arguments of a bare function. They are told from an argument by what they are, and by coming
 * after those that the function says it needs.
 */
function splitArguments(
  source: unknown,
  args: readonly unknown[],
): { readonly bound: readonly unknown[]; readonly options: Given } {
  const last: unknown = args.at(-1)
  const isSpare = typeof source === 'function' && args.length > source.length
  if (!isSpare || !isRemoteOptions(last)) return { bound: [...args], options: {} }
  return { bound: args.slice(0, -1), options: last }
}

function isRemoteOptions(value: unknown): value is Given {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return false
  }
  return (value as Given).remote === true && Object.keys(value).every((key) => optionNames.has(key))
}

/** Those that are there. */
function checkOptions(name: string, given: Given): Partial<ServiceDefinition> {
  const { concurrency, teardownTimeout, teardownOrder, keepOnFailure, cleanupTimeout } = given
  const refuse = (what: string, got: unknown, remedy: string): never => {
    throw new InvalidArgumentError(`${what} of service "${name}" is ${excerpt(got)}`, { remedy })
  }
  for (const [what, timeout] of Object.entries({ teardownTimeout, cleanupTimeout })) {
    if (timeout === undefined || (typeof timeout === 'number' && timeout > 0)) continue
    refuse(what, timeout, 'pass milliseconds, or Infinity for no limit')
  }
  if (teardownOrder !== undefined && !Number.isFinite(teardownOrder)) {
    refuse('teardownOrder', teardownOrder, 'pass a number: those of a lower one are taken down first')
  }
  if (keepOnFailure !== undefined && typeof keepOnFailure !== 'boolean') {
    refuse('keepOnFailure', keepOnFailure, 'pass true or false')
  }
  const checked = {
    concurrency: concurrency === undefined ? undefined : checkConcurrency(name, concurrency),
    teardownTimeout: cleanupTimeout ?? teardownTimeout,
    teardownOrder,
    keepOnFailure,
    remote: checkPlacement(name, given) ?? undefined,
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
  if (typeof source === 'function') return { create: source as Create, options: {} }
  const {
    class: Class,
    factory,
    ...options
  } = (source ?? {}) as Given & { class?: unknown; factory?: unknown }
  const hasClass = typeof Class === 'function'
  const hasFactory = typeof factory === 'function'
  if (hasClass === hasFactory) {
    throw new InvalidArgumentError(`service "${name}" was given neither as a class nor as a factory`, {
      remedy:
        'pass a class, a function that returns the service, { class } or { factory }; wrap an object: () => it',
    })
  }
  if (hasFactory) return { create: factory as Create, options }
  const read = fromClass(Class as Construct)
  return { ...read, options: { ...options, concurrency: options.concurrency ?? read.options.concurrency } }
}

function fromClass(Class: Construct): ReadSource {
  const { concurrency } = Class as { concurrency?: unknown }
  return { create: (...args) => new Class(...args), options: { concurrency } }
}

function checkConcurrency(name: string, value: unknown): number {
  if (value === Infinity || (Number.isInteger(value) && (value as number) > 0)) return value as number
  throw new InvalidArgumentError(`the concurrency of service "${name}" is ${String(value)}`, {
    remedy: 'declare a positive integer, or leave it out for no limit',
  })
}
