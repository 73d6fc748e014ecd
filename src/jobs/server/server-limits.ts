import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'

/** What a server puts up with. Sizes are in bytes, times in milliseconds. */
export interface ServerLimits {
  /** Of one file of a program. Default 100 MB. */
  readonly uploadBytes: number
  /** Files that are being uploaded at the same time. Default 64. */
  readonly uploads: number
  /** Of a request's JSON. Default 4 MB. */
  readonly jsonBytes: number
  /** Of a webhook that a provider sends. Default 1 MB. */
  readonly webhookBytes: number
  /** Streams of events and logs that are open at the same time. Default 1000. */
  readonly streams: number
  /** Streams of events that are open for one address at the same time. Default 5. */
  readonly streamsPerAddress: number
  /** Requests that wait for the progress of a job to change at the same time. Default 500. */
  readonly waits: number
  /** Events or log lines that may come up while a client of a stream takes nothing. Default 1000. */
  readonly streamQueue: number
  /** How long a client of a stream may take nothing while there is something. Default 30 s. */
  readonly streamStall: number
  /** Connections. Default 2000. */
  readonly connections: number
  /** For a request's headers to arrive. Default 15 s. */
  readonly headersTimeout: number
  /** For a whole request to arrive. Default 5 min. */
  readonly requestTimeout: number
  /** For a connection on which nothing moves, in either direction. Default 2 min. */
  readonly idleTimeout: number
  /** Requests with a wrong token, or bad webhooks, from one address within a minute, before it has to wait. Default 10. */
  readonly authFailures: number
}

export const defaultLimits: ServerLimits = {
  uploadBytes: 100_000_000,
  uploads: 64,
  jsonBytes: 4_000_000,
  webhookBytes: 1_000_000,
  streams: 1000,
  streamsPerAddress: 5,
  waits: 500,
  streamQueue: 1000,
  streamStall: 30_000,
  connections: 2000,
  headersTimeout: 15_000,
  requestTimeout: 300_000,
  idleTimeout: 120_000,
  authFailures: 10,
}

/** @throws InvalidArgumentError for a limit that is not a positive integer, or that there is not. */
export function resolveLimits(limits: Partial<ServerLimits>): ServerLimits {
  for (const [name, value] of Object.entries(limits)) {
    if (!(name in defaultLimits)) {
      throw new InvalidArgumentError(`There is no limit \`${name}\`.`, {
        remedy: `The limits of a server are ${Object.keys(defaultLimits).join(', ')}.`,
      })
    }
    if (value !== undefined && !(Number.isSafeInteger(value) && value > 0)) {
      throw new InvalidArgumentError(`The limit \`${name}\` is ${value}.`, {
        remedy: 'Give a positive integer, or leave it out.',
      })
    }
  }
  const given = Object.entries(limits).filter(([, value]) => value !== undefined)
  return { ...defaultLimits, ...Object.fromEntries(given) }
}
