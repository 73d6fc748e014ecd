import { chaoticProxy } from '../../support/chaotic-proxy.ts'
import type { TestContext } from '../../support/suite.ts'
import type { Places } from '../chaos/run-chaos.ts'
import { Network, type NetworkHost } from './network.ts'

/** Hosts of servers, workers and a submitter. */
export interface TestNetwork {
  readonly servers: readonly NetworkHost[]
  readonly workers: readonly NetworkHost[]
  readonly submitter: NetworkHost
  /** Of the servers, as workers and the submitter see them. */
  readonly seen: readonly string[]
  readonly places: Places
  /** Delay in milliseconds, and hundredths that are lost, of what workers and servers say to each other; 0 and 0: as ever. */
  readonly slow: (delay: number, loss: number) => void
}

/** How this kernel makes a network slow. */
export type Slowness = 'netem' | 'proxy'

/** What is lost is sent anew by the system after about so many milliseconds. */
const RETRANSMISSION = 200

export async function testNetwork(
  context: TestContext,
  slowness: Slowness,
  random: () => number,
): Promise<TestNetwork> {
  const network = new Network()
  context.cleanup(() => network.remove())
  const hosts = (title: string): readonly NetworkHost[] => [0, 1, 2].map((n) => network.host(`${title} ${n}`))
  const servers = hosts('server')
  const workers = hosts('worker')
  const submitter = network.host('submitter')
  let slowed = { delay: 0, loss: 0 }
  let seen = servers.map(({ address }) => address)
  if (slowness === 'proxy') {
    const treatment = {
      get delay(): number {
        const { delay, loss } = slowed
        return random() * 100 < loss ? RETRANSMISSION + delay : delay * (0.5 + random())
      },
    }
    seen = await Promise.all(
      servers.map(async ({ address: host }) => {
        const at = { host: network.address(), port: 4222 }
        await chaoticProxy(context, { host, port: 4222, at, treat: () => treatment })
        return at.host
      }),
    )
  }
  return {
    servers,
    workers,
    submitter,
    seen,
    places: {
      servers,
      address: seen.map((host) => `nats://${host}:4222`).join(','),
      workers: workers.map(({ through }) => through),
      submitter: submitter.through,
    },
    slow: (delay, loss) => {
      slowed = { delay, loss }
      if (slowness === 'proxy') return
      for (const host of [...servers, ...workers]) {
        if (delay === 0 && loss === 0) host.quicken()
        else host.slow(delay, loss)
      }
    },
  }
}

/** What this kernel has. */
export function slownessHere(): Slowness {
  const network = new Network()
  try {
    return network.host('probe').slow(10, 1) ? 'netem' : 'proxy'
  } finally {
    network.remove()
  }
}
