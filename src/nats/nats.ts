import type { ClusterEngine, EngineConnection } from '../cluster/engine/cluster-engine.ts'
import { InvalidArgumentError } from '../errors/invalid-argument-error.ts'
import { NatsEngineConnection } from './nats-connection.ts'
import { type NatsOptions, natsSettings } from './nats-options.ts'
import { connectClient } from './transport.ts'

/**
 * A cluster that keeps its records, state and jobs on NATS servers with JetStream, version 2.12 or newer.
 *
 * @param address `nats://host:4222`, or several of them with commas between
 */
export function nats(address: string, options: NatsOptions = {}): ClusterEngine {
  const settings = natsSettings(options)
  const servers = serversOf(address)
  return {
    name: 'nats',
    address: servers.join(','),
    at: (elsewhere) => nats(elsewhere, options),
    async connect(name): Promise<EngineConnection> {
      const client = await connectClient(servers, name, settings)
      const connection = new NatsEngineConnection(client, settings)
      try {
        await connection.prepare()
      } catch (error) {
        await connection.close()
        throw error
      }
      return connection
    },
  }
}

function serversOf(address: string): readonly string[] {
  return address.split(',').map((part) => {
    const text = part.trim()
    const full = text.includes('://') ? text : `nats://${text}`
    const url = URL.canParse(full) ? new URL(full) : null
    if (url === null || url.hostname === '' || !['nats:', 'tls:'].includes(url.protocol)) {
      throw new InvalidArgumentError(`nats() has the address '${text}'.`, {
        remedy: 'Write it as nats://host:4222, several with commas between.',
      })
    }
    if (url.username !== '' || url.password !== '') {
      throw new InvalidArgumentError(
        'nats() has credentials in its address, which is shown in lists and logs.',
        {
          remedy:
            'Pass them as options: nats(address, { user, pass }), { token }, { credsFile } or { nkeySeed }.',
        },
      )
    }
    return `${url.protocol}//${url.host}`
  })
}
