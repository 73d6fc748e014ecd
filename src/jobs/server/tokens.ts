import { createHash, randomBytes } from 'node:crypto'
import type { Scope } from '../../protocol/server-info.ts'
import { scopes } from '../../protocol/server-info.ts'

/** A token that nobody can guess: 256 bits, and a word in front that secret scanners can look for. */
export const newToken = (): string => `millrace_${randomBytes(32).toString('base64url')}`

export const newTokenId = (): string => randomBytes(8).toString('hex')

/** What is kept of a token. A token has 256 random bits, so there is nothing that a slow hash would add. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/** Whether what has one scope may do what asks for the other: each includes the ones before it. */
export const includesScope = (held: Scope, needed: Scope): boolean =>
  scopes.indexOf(held) >= scopes.indexOf(needed)

/** The widest of a token's scopes. */
export const widestScope = (held: readonly Scope[]): Scope =>
  scopes.findLast((scope) => held.includes(scope)) ?? 'read'
