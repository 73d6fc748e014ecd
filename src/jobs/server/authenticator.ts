import { timingSafeEqual } from 'node:crypto'
import { UnauthenticatedError } from '../../errors/job-server-errors.ts'
import type { Scope } from '../../protocol/server-info.ts'
import type { Clock } from '../../time/clock.ts'
import type { TokenStore } from '../store/token-store.ts'
import { FailureLimit } from './failure-limit.ts'
import { busy } from './refusal.ts'
import { hashToken, widestScope } from './tokens.ts'

/** Who asks. */
export interface Principal {
  /** As the causes of transitions name them. */
  readonly name: string
  readonly scope: Scope
  /** Id of their token; null: it is none of the store. */
  readonly token: string | null
}

/** Uses of tokens that have worked before, which failures of others behind the same address do not lock out. */
const MOST_PROVEN = 1000

const nobody: Principal = { name: 'somebody on this machine', scope: 'admin', token: null }

/** Finds out who asks by their token. */
export class Authenticator {
  readonly #tokens: TokenStore
  readonly #clock: Clock
  readonly #startToken: Buffer | null
  readonly #failures: FailureLimit
  readonly #proven = new Set<string>()
  #required: boolean

  constructor(
    tokens: TokenStore,
    clock: Clock,
    options: { readonly token: string | null; readonly required: boolean; readonly authFailures: number },
  ) {
    this.#tokens = tokens
    this.#clock = clock
    this.#startToken = options.token === null ? null : hashToken(options.token)
    this.#failures = new FailureLimit(clock, options.authFailures)
    this.#required = options.required || this.#startToken !== null
  }

  /** Once there is a token, everybody needs one, until the server starts again without any. */
  get required(): boolean {
    this.#required ||= this.#tokens.list().length > 0
    return this.#required
  }

  /** Whether a token that is in no store lets somebody in as admin. */
  get hasStartToken(): boolean {
    return this.#startToken !== null
  }

  /**
   * @param authorization the header
   * @throws UnauthenticatedError; a refusal with 429 for an address with too many failures.
   */
  authenticate(authorization: string | undefined, address: string): Principal {
    if (!this.required) return nobody
    const token = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(authorization ?? '')?.[1]
    if (token === undefined) {
      throw new UnauthenticatedError('This needs a token.', {
        remedy: 'Send `Authorization: Bearer <token>`.',
      })
    }
    const hash = hashToken(token)
    const proof = `${address} ${hash.toString('hex')}`
    const wait = this.#failures.wait(address)
    if (wait > 0 && !this.#proven.has(proof)) {
      throw busy('Too many requests with a wrong token came from this address.', wait, 429)
    }
    const principal = this.#find(hash)
    if (principal === undefined) {
      this.#failures.add(address)
      this.#proven.delete(proof)
      throw new UnauthenticatedError('The server does not know this token.', {
        remedy: 'It may have been deleted. Ask for another.',
      })
    }
    this.#proven.add(proof)
    if (this.#proven.size > MOST_PROVEN) this.#proven.delete(this.#proven.values().next().value!)
    return principal
  }

  #find(hash: Buffer): Principal | undefined {
    if (this.#startToken !== null && timingSafeEqual(hash, this.#startToken)) {
      return { name: 'the start-up token', scope: 'admin', token: null }
    }
    // The index is over hashes: how long the search takes says nothing of the token.
    const record = this.#tokens.findByHash(hash.toString('hex'))
    if (record === undefined) return undefined
    try {
      this.#tokens.used(record.id, this.#clock.now())
    } catch {
      // On a full disk one can still look.
    }
    return { name: `token ${record.name}`, scope: widestScope(record.scopes), token: record.id }
  }
}
