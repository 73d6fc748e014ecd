import { type ProviderInfo, providerInfoSchema, providerListSchema } from '../protocol/provider-info.ts'
import { readJson } from './read-answer.ts'
import type { CallOptions, Transport } from './transport.ts'

const providers = 'api/v1/providers'

/** Other places where jobs run, which a server shows, too. Obtained as `client.providers`. */
export class ProvidersApi {
  readonly #transport: Transport

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** All of them, in the order in which the server was told of them. */
  async list(options?: CallOptions): Promise<readonly ProviderInfo[]> {
    const { items } = await this.#transport.call(
      {
        method: 'GET',
        path: providers,
        repeatable: true,
        read: (response, label) => readJson(response, label, providerListSchema),
      },
      options,
    )
    return items
  }

  /** How one is, and how its jobs are watched. @throws ApiError with ERR_PROVIDER_NOT_FOUND */
  get(name: string, options?: CallOptions): Promise<ProviderInfo> {
    return this.#transport.call(
      {
        method: 'GET',
        path: `${providers}/${encodeURIComponent(name)}`,
        repeatable: true,
        read: (response, label) => readJson(response, label, providerInfoSchema),
      },
      options,
    )
  }
}
