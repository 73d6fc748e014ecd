import type { Scope } from '../../protocol/server-info.ts'

/** A token as it is kept: never the token itself. */
export interface TokenRecord {
  readonly id: string
  /** That people know it by; several may have the same. */
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly createdAt: string
  /** To the minute; null: not yet. */
  readonly lastUsedAt: string | null
}

/**
 * The tokens that a server knows, by the SHA-256 of each in hexadecimal digits. Synchronous, and what a method tells is
 * on disk when it returns, but for `used`.
 *
 * Errors: StoreError when the database cannot be read or written.
 */
export interface TokenStore {
  /** @throws InvalidArgumentError when there is one of this id or hash. */
  create(token: {
    readonly id: string
    readonly hash: string
    readonly name: string
    readonly scopes: readonly Scope[]
    readonly at: number
  }): TokenRecord
  /** Oldest first. */
  list(): readonly TokenRecord[]
  /** @returns whether there was one. */
  delete(id: string): boolean
  findByHash(hash: string): TokenRecord | undefined
  /** Notes when it was used, at most once a minute. Of one that is not there it notes nothing. */
  used(id: string, at: number): void
}
