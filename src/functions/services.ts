/** Services by name, as the environment's type carries them. */
export type ServiceMap = Record<string, object>

/** Names that `ctx.service` accepts: the registered ones, or any where registration was not chained. */
export type ServiceName<S extends ServiceMap> = [keyof S] extends [never] ? string : keyof S & string

/** A service as its callers see it: every method asynchronous, lifecycle hooks and fields hidden. */
export type ServiceProxy<T> = {
  readonly [
    K in keyof T as K extends ServiceHook ? never : T[K] extends (...args: never[]) => unknown ? K : never
  ]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never
}

export type ServiceHook = 'setup' | 'start' | 'stop' | 'cleanup' | symbol

/** The proxy of a service whose type is not known. */
export type UntypedServiceProxy = Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>

export type ServiceProxyOf<S extends ServiceMap, N extends string> = N extends keyof S
  ? ServiceProxy<S[N]>
  : UntypedServiceProxy

export interface CallOptions {
  /** Milliseconds; default the environment's `callTimeout`, 10 000. `Infinity` waits for ever. */
  readonly timeout?: number
  /** Aborts the wait, and the call's own signal. */
  readonly signal?: AbortSignal
}

/** What operators and services use to reach services. */
export interface ServiceCaller<S extends ServiceMap = ServiceMap> {
  /** @throws ServiceUnavailableError when no service of that name is registered. */
  service<N extends ServiceName<S>>(name: N): ServiceProxyOf<S, N>
  callService(
    name: string,
    method: string,
    args?: readonly unknown[],
    options?: CallOptions,
  ): Promise<unknown>
}
