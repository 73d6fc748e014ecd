import type { OperatorContext } from '../../functions/context.ts'
import { excerpt } from '../../errors/excerpt.ts'
import { invalidArgument } from '../../graph/invalid-argument.ts'
import { isMissing, JetStream } from '../../nats/jetstream.ts'
import { Link } from '../../nats/link.ts'
import { type NatsOptions, natsSettings } from '../../nats/nats-options.ts'
import { connectClient } from '../../nats/transport.ts'
import { parseUrl } from '../common/http-request.ts'
import { JetStreamError, jetStreamError } from './jetstream-error.ts'

/** Where the servers are, and who we are to them. */
export interface JetStreamConnectionOptions extends Pick<
  NatsOptions,
  'user' | 'pass' | 'token' | 'credsFile' | 'nkeySeed' | 'tls'
> {
  /** `nats://host:4222` or `tls://...`, or several servers of one cluster. No credentials: they have options of their own. */
  readonly servers: string | readonly string[]
}

/** Makes a connection, which is made again whenever it is lost. */
export type Connect = (ctx: OperatorContext) => Promise<JetStream>

/** What is known of a stream. */
export interface StreamInfo {
  readonly config: {
    readonly subjects?: readonly string[]
    readonly retention: string
    readonly allow_atomic?: boolean
  }
  /** When it was made, by which it is told from another of its name. */
  readonly created: string
  readonly state: { readonly first_seq: number; readonly last_seq: number }
}

/** @throws InvalidArgumentError for what can never work. */
export function resolveConnection(connector: string, options: JetStreamConnectionOptions): Connect {
  const given = typeof options.servers === 'string' ? options.servers.split(',') : options.servers
  if (!Array.isArray(given) || given.length === 0) {
    const message = `servers cannot be ${excerpt(options.servers)}`
    throw invalidArgument(connector, message, 'pass nats://host:4222, or a list of servers')
  }
  const servers = given.map((server: string) => {
    const { protocol, host, username, password } = parseUrl(connector, server.trim(), ['nats:', 'tls:'])
    if (username === '' && password === '') return `${protocol}//${host}`
    const remedy = 'pass them as options: user and pass, token, credsFile or nkeySeed'
    throw invalidArgument(connector, 'servers have credentials in their address', remedy)
  })
  const settings = natsSettings(options)
  return async ({ operator, metrics, logger }) => {
    try {
      const client = await connectClient(servers, `millrace ${operator}`, settings)
      const link = new Link(client, settings.clock, settings.random)
      link.onReturn(() => {
        metrics.count('reconnects')
        logger.warn('The connection to the NATS servers was lost, and is there again.', { operator })
      })
      return new JetStream(link)
    } catch (error) {
      throw jetStreamError('There is no connection', error)
    }
  }
}

/** @throws JetStreamError when it is not there. */
export async function infoOf(js: JetStream, stream: string): Promise<StreamInfo> {
  try {
    return (await js.call('look at a stream', `STREAM.INFO.${stream}`, null)) as unknown as StreamInfo
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new JetStreamError(`There is no stream '${stream}'.`, {
      remedy: 'Make it before the job begins, or correct its name.',
      cause: error,
    })
  }
}

/** @throws InvalidArgumentError unless the servers take it as the name of a stream. */
export function checkStream(connector: string, stream: unknown): string {
  if (typeof stream === 'string' && /^[^\s.*>/\\]+$/.test(stream)) return stream
  const message = `the stream cannot be ${excerpt(stream)}`
  throw invalidArgument(connector, message, 'pass its name, which has no spaces, dots, *, > or slashes')
}
