import { isClass } from '../../services/service-source.ts'

type AnyFunction = (...args: unknown[]) => unknown

/** What a user gave for an operator, made ready for one subtask. */
export interface UserFunction {
  /** The function itself, or the object's method bound to it. */
  readonly call: AnyFunction
  readonly instance: unknown
  readonly open: AnyFunction | undefined
  readonly end: AnyFunction | undefined
  readonly close: AnyFunction | undefined
  readonly snapshot: AnyFunction | undefined
  readonly restore: AnyFunction | undefined
  /** An object that all subtasks have in common. */
  readonly shared: boolean
}

/** A function with none of the hooks of objects. */
function bare(instance: unknown, call: AnyFunction): UserFunction {
  return {
    call,
    instance,
    open: undefined,
    end: undefined,
    close: undefined,
    snapshot: undefined,
    restore: undefined,
    shared: false,
  }
}

/**
 * A function is taken as it is; an object's method is bound; a class is constructed first, for this subtask alone.
 * What its constructor throws is thrown when it is opened.
 */
export function userFunction(given: unknown, method: string): UserFunction {
  let instance: unknown
  try {
    instance = isClass(given) ? new given() : given
  } catch (error) {
    return unusable(error)
  }
  if (typeof instance === 'function') return bare(instance, instance as AnyFunction)
  const methods = instance as Record<string, AnyFunction | undefined>
  return {
    instance,
    call: bound(methods, method) as AnyFunction,
    open: bound(methods, 'open'),
    end: bound(methods, 'end'),
    close: bound(methods, 'close'),
    snapshot: bound(methods, 'snapshot'),
    restore: bound(methods, 'restore'),
    shared: instance === given,
  }
}

/** One whose `open` fails. */
export function unusable(error: unknown): UserFunction {
  const fail = (): never => {
    throw error
  }
  return { ...bare(null, fail), open: fail }
}

function bound(methods: Record<string, AnyFunction | undefined>, name: string): AnyFunction | undefined {
  const method = methods[name]
  return typeof method === 'function' ? method.bind(methods) : undefined
}
