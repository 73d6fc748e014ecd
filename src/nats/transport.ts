import type * as transportNode from '@nats-io/transport-node'
import type { Authenticator, ConnectionOptions, NatsConnection } from '@nats-io/transport-node'
import { readFile } from 'node:fs/promises'
import { EngineUnavailableError } from '../errors/cluster-errors.ts'
import { reasonOf } from '../errors/reason-of.ts'
import { loadPeer } from '../util/load-peer.ts'
import type { NatsSettings } from './nats-options.ts'

type Transport = typeof transportNode

/** The client, which is installed by those who need it. */
export interface Client {
  readonly connection: NatsConnection
  readonly transport: Transport
}

const pingInterval = 3_000
const oldest = [2, 12] as const

/** @throws EngineUnavailableError when nobody is there, or one that is too old. */
export async function connectClient(
  servers: readonly string[],
  name: string,
  settings: NatsSettings,
): Promise<Client> {
  const transport = await loadPeer(
    'nats',
    '@nats-io/transport-node@^3.4',
    () => import('@nats-io/transport-node'),
  )
  const options: ConnectionOptions = {
    servers: [...servers],
    name,
    timeout: 5_000,
    // A connection that says nothing any more is lost.
    pingInterval,
    maxPingOut: 2,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    reconnectDelayHandler: () => 100 + Math.floor(settings.random() * 400),
    noAsyncTraces: true,
    ...(await credentials(transport, settings)),
  }
  let connection: NatsConnection
  try {
    connection = await transport.connect(options)
  } catch (error) {
    throw new EngineUnavailableError(
      `No NATS server can be reached at ${servers.join(', ')}: ${reasonOf(error)}`,
      {
        remedy: 'Start one (nats-server -js), or correct the address or the credentials.',
        cause: error,
      },
    )
  }
  try {
    checkServer(connection)
  } catch (error) {
    await connection.close()
    throw error
  }
  return { connection, transport }
}

async function credentials(transport: Transport, settings: NatsSettings): Promise<ConnectionOptions> {
  const { user, pass, token, credsFile, nkeySeed, tls } = settings
  const authenticators: Authenticator[] = []
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
  if (credsFile !== undefined) authenticators.push(transport.credsAuthenticator(await readFile(credsFile)))
  if (nkeySeed !== undefined) authenticators.push(transport.nkeyAuthenticator(bytes(nkeySeed)))
  return {
    ...(user === undefined ? {} : { user }),
    ...(pass === undefined ? {} : { pass }),
    ...(token === undefined ? {} : { token }),
    ...(tls === undefined ? {} : { tls }),
    ...(authenticators.length === 0 ? {} : { authenticator: authenticators }),
  }
}

function checkServer({ info }: NatsConnection): void {
  const [major = 0, minor = 0] = (info?.version ?? '').split('.').map(Number)
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    throw new EngineUnavailableError(
      `The NATS server is of version ${info?.version}, which cannot commit atomically.`,
      {
        remedy: `Use nats-server ${oldest.join('.')} or newer.`,
      },
    )
  }
  if (info?.jetstream !== true) {
    throw new EngineUnavailableError('The NATS server keeps nothing: it runs without JetStream.', {
      remedy: 'Start it with -js, and a folder for its store (-sd).',
    })
  }
}
