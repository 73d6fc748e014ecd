import type { ConnectorRetry } from '../../connectors/common/retry-options.ts'
import type { RequestHeaders } from '../../connectors/common/http-request.ts'
import type { ServiceSourceOptions } from '../../services/service-source.ts'

/** How calls of a method are put to a deployment, and what its answers are. */
export type ServeMethod<F> = F extends (...args: infer A) => infer R
  ? {
      /** Below the address; '' for the address itself. */
      readonly path: string
      /** What is sent, as JSON. Default the argument where there is one, none where there is none, else a list of them. */
      readonly body?: (...args: A) => unknown
      /** Makes the result of what has come: of JSON its value, of other text a string, of all else bytes. Default as it is. */
      readonly result?: (answer: unknown) => Awaited<R>
    }
  : never

/** How the deployments of Ray Serve are called. */
export interface RayServeOptions<T extends object> extends Pick<
  ServiceSourceOptions,
  'concurrency' | 'teardownOrder'
> {
  /** Each method's path below the address, '' for the address itself; or more about it. */
  readonly methods: { readonly [K in keyof T & string]: string | ServeMethod<T[K]> }
  /** Sent with every request. None of their values is in any error or log. */
  readonly headers?: RequestHeaders
  /** Milliseconds for one request and its answer; default 30 000. The timeout of the call holds beside it. */
  readonly timeout?: number
  /**
   * No answer, 408, 425, 429 and 5xx but 500 and 501 are tried again, not before Retry-After. Default three times, the
   * first after 200 ms. `{ attempts: 0 }` where a deployment must not be asked twice.
   */
  readonly retry?: ConnectorRetry
  /** Bytes an answer may have; default 32 MiB. */
  readonly maxBytes?: number
  /** Whether Serve is asked at the start of a job if there is a deployment at the address; default true. */
  readonly check?: boolean
}
