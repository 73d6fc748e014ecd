import { InvalidArgumentError } from '../../../errors/invalid-argument-error.ts'
import { timeOf } from '../job-changes.ts'
import { MINUTE } from '../job-store-options.ts'
import type { TokenRecord, TokenStore } from '../token-store.ts'

/** Tokens in memory. */
export class MemoryTokenStore implements TokenStore {
  readonly #tokens: { readonly hash: string; token: TokenRecord }[] = []

  create(token: Parameters<TokenStore['create']>[0]): TokenRecord {
    const { id, hash, name, scopes, at } = token
    if (this.#tokens.some((other) => other.hash === hash || other.token.id === id)) {
      throw new InvalidArgumentError(`there is a token ${id} already, or one like it`)
    }
    const made = { id, name, scopes, createdAt: timeOf(at), lastUsedAt: null }
    this.#tokens.push({ hash, token: made })
    return made
  }

  list(): readonly TokenRecord[] {
    return this.#tokens.map(({ token }) => token)
  }

  delete(id: string): boolean {
    const index = this.#tokens.findIndex(({ token }) => token.id === id)
    return index >= 0 && this.#tokens.splice(index, 1).length > 0
  }

  findByHash(hash: string): TokenRecord | undefined {
    return this.#tokens.find((entry) => entry.hash === hash)?.token
  }

  used(id: string, at: number): void {
    const entry = this.#tokens.find(({ token }) => token.id === id)
    if (entry === undefined || Date.parse(entry.token.lastUsedAt ?? timeOf(0)) > at - MINUTE) return
    entry.token = { ...entry.token, lastUsedAt: timeOf(at) }
  }
}
