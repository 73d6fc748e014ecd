/**
 * Where a service object puts the function that answers all of its calls. A symbol, because `invoke` is a name
 * that an ordinary service may well use for a method of its own.
 */
export const INVOKE: unique symbol = Symbol.for('millrace.service.invoke') as never

/**
 * A service whose methods are not found on the object: it stands for something elsewhere. An ordinary service,
 * and a pipeline hosted as one (an object with a `call(value)`), needs none of this.
 */
export interface InvokableService {
  /**
   * Answers a call. Lifecycle hooks never come here. A method that does not exist must reject with a
   * ServiceUnavailableError. `signal` is aborted when the caller has given up; `caller` is
   * the name of the operator or service that calls.
   */
  [INVOKE](
    method: string,
    args: readonly unknown[],
    options: { readonly signal: AbortSignal; readonly caller: string },
  ): Promise<unknown>
}

export function isInvokable(service: object): service is InvokableService {
  return typeof (service as Partial<InvokableService>)[INVOKE] === 'function'
}
