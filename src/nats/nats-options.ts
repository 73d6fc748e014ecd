import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { realClock, realRandom } from '../time/real-clock.ts'
import type { Clock } from '../time/clock.ts'

/** Certificates, as PEM text or as paths of files. */
export interface NatsTls {
  readonly ca?: string
  readonly caFile?: string
  readonly cert?: string
  readonly certFile?: string
  readonly key?: string
  readonly keyFile?: string
  /** The server expects TLS from the first byte. Default false. */
  readonly handshakeFirst?: boolean
}

export interface NatsOptions {
  readonly user?: string
  readonly pass?: string
  readonly token?: string
  /** Path of a file of credentials (JWT and seed), as `nsc` writes them. */
  readonly credsFile?: string
  /** Seed of an nkey. */
  readonly nkeySeed?: string
  /** Only talks to servers over TLS. `{}`: with what the system trusts. */
  readonly tls?: NatsTls
  /** What everything on the servers begins with, so that several clusters share them. Default `millrace`. */
  readonly prefix?: string
  /** Servers that keep a copy of all. Default as many as there are, at most 3. */
  readonly replicas?: number
  /** Default the real one. */
  readonly clock?: Clock
}

/** The options, checked, with their defaults. */
export interface NatsSettings extends NatsOptions {
  readonly prefix: string
  readonly clock: Clock
  /** From 0 up to 1. */
  readonly random: () => number
}

export function natsSettings(options: NatsOptions): NatsSettings {
  const { prefix = 'millrace', replicas, clock = realClock } = options
  if (!/^[\w-]{1,32}$/.test(prefix)) {
    throw new InvalidArgumentError(`nats() has a prefix '${prefix}'.`, {
      remedy: 'Use at most 32 letters, digits, _ and -.',
    })
  }
  if (replicas !== undefined && ![1, 2, 3, 4, 5].includes(replicas)) {
    throw new InvalidArgumentError(`nats() has ${replicas} replicas.`, { remedy: 'Use 1, 3 or 5.' })
  }
  return { ...options, prefix, clock, random: realRandom }
}
