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
  if (typeof instance === 'function')
    return { instance, call: instance as AnyFunction, open: undefined, end: undefined, close: undefined }
  const methods = instance as Record<string, AnyFunction | undefined>
  return {
    instance,
    call: bound(methods, method) as AnyFunction,
    open: bound(methods, 'open'),
    end: bound(methods, 'end'),
    close: bound(methods, 'close'),
  }
}

function unusable(error: unknown): UserFunction {
  const fail = (): never => {
    throw error
  }
  return { instance: null, call: fail, open: fail, end: undefined, close: undefined }
}

function bound(methods: Record<string, AnyFunction | undefined>, name: string): AnyFunction | undefined {
  const method = methods[name]
  return typeof method === 'function' ? method.bind(methods) : undefined
}
