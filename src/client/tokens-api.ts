import {
  type NewToken,
  newTokenSchema,
  type TokenInfo,
  tokenListSchema,
  type TokenRequest,
} from '../protocol/answers.ts'
import { ApiError } from './client-errors.ts'
import { readJson } from './read-answer.ts'
import type { CallOptions, Transport } from './transport.ts'

const tokens = 'api/v1/tokens'

/** Tokens that a server knows: for those with the scope `admin`. Obtained as `client.tokens`. */
export class TokensApi {
  readonly #transport: Transport

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Oldest first, but for what they are. */
  async list(options?: CallOptions): Promise<readonly TokenInfo[]> {
    const { items } = await this.#transport.call(
      {
        method: 'GET',
        path: tokens,
        repeatable: true,
        read: (response, label) => readJson(response, label, tokenListSchema),
      },
      options,
    )
    return items
  }

  /** Makes a token, which is shown here and never again. Not repeated when the answer got lost. */
  create(token: TokenRequest, options?: CallOptions): Promise<NewToken> {
    return this.#transport.call(
      {
        method: 'POST',
        path: tokens,
        json: token,
        repeatable: false,
        read: (response, label) => readJson(response, label, newTokenSchema),
      },
      options,
    )
  }

  /** Makes a token worthless. Streams that were opened with it end. */
  async delete(id: string, options?: CallOptions): Promise<void> {
    await this.#transport.call<true>(
      {
        method: 'DELETE',
        path: `${tokens}/${encodeURIComponent(id)}`,
        repeatable: true,
        read: async (response) => {
          await response.body?.cancel()
          return true
        },
        // It was deleted the first time, and the answer got lost.
        afterAll: (error) => (error instanceof ApiError && error.status === 404 ? true : undefined),
      },
      options,
    )
  }
}
