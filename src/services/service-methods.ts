import { ServiceUnavailableError } from '../errors/service-errors.ts'
import { INVOKE, isInvokable } from './invokable-service.ts'

/** `call.signal` is made when it is read. `caller`: name of the operator or service that calls. */
export type ServiceMethod = (
  args: readonly unknown[],
  call: { readonly signal: AbortSignal; readonly caller: string },
) => unknown

const hooks: ReadonlySet<string> = new Set(['setup', 'start', 'stop', 'cleanup'])

/** A method of a service, ready to be called. Undefined where there is none that callers may reach. */
export function findMethod(service: object, method: string): ServiceMethod | undefined {
  if (hooks.has(method)) return undefined
  if (isInvokable(service))
    return (args, call) => service[INVOKE](method, args, { signal: call.signal, caller: call.caller })
  const found: unknown = Reflect.get(service, method)
  if (typeof found !== 'function' || !isOwnWork(method, found)) return undefined
  return (args) => Reflect.apply(found, service, args) as unknown
}

/** The error for a method that `findMethod` did not find. */
export function missingMethod(name: string, service: object, method: string, caller: string): Error {
  if (hooks.has(method)) {
    return new ServiceUnavailableError(`"${method}" is a lifecycle hook of service "${name}", not a method`, {
      operator: caller,
      remedy: `the job itself calls "${method}"; give the service a method of another name for its callers`,
    })
  }
  const names = methodNames(service)
  return new ServiceUnavailableError(`service "${name}" has no method "${method}"`, {
    operator: caller,
    remedy:
      names.length === 0
        ? 'give the service a method: what callers reach are functions on the object or its class'
        : `call one of its methods: ${names.join(', ')}`,
  })
}

/** The error for a service that is not among those of the job. */
export function noSuchService(name: string, names: readonly string[], caller: string): Error {
  return new ServiceUnavailableError(`there is no service named "${name}"`, {
    operator: caller,
    remedy:
      names.length === 0
        ? `no service is registered: add env.registerService('${name}', ...)`
        : `use one of the registered services: ${names.join(', ')}`,
  })
}

function methodNames(service: object): string[] {
  const names = new Set<string>()
  for (
    let on: object | null = service;
    on !== null && on !== Object.prototype;
    on = Reflect.getPrototypeOf(on)
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(on))) {
      if (typeof value === 'function' && !hooks.has(name) && isOwnWork(name, value)) names.add(name)
    }
  }
  return [...names].sort()
}

/** Not what every object or function has: its constructor, `toString` and the like. */
function isOwnWork(method: string, found: unknown): boolean {
  return method !== 'constructor' && found !== Reflect.get(Object.prototype, method)
}
