import { setTimeout as delay } from 'node:timers/promises'
import type { Misfortune, Scene } from '../chaos/run-chaos.ts'
import type { TestProcess } from '../cluster-processes.ts'
import type { NetworkHost } from './network.ts'
import type { TestNetwork } from './test-network.ts'

/** What befalls a network: hosts are cut off, hear each other only one way, and all of it gets slow. */
export function networkMisfortunes(network: TestNetwork): readonly Misfortune[] {
  const { servers, workers, submitter, seen, slow } = network
  const clients = [...workers, submitter]
  const all = [...servers, ...clients]

  const cut = async (host: NetworkHost, { random, say }: Scene, how = ''): Promise<void> => {
    const ms = duration(random)
    say(`cut off ${host.title}${how} for ${ms} ms`)
    host.cut()
    await delay(ms)
    host.heal()
  }
  const lose = async (host: NetworkHost, whom: string, addresses: readonly string[], scene: Scene) => {
    const ms = duration(scene.random)
    scene.say(`${host.title} is not heard by ${whom} for ${ms} ms`)
    host.lose(addresses)
    await delay(ms)
    host.find(addresses)
  }

  return [
    function cutWorker(scene) {
      return cut(one(workers, scene), scene)
    },
    function cutServer(scene) {
      return cut(one(servers, scene), scene)
    },
    function cutLeader(scene) {
      const which = scene.workers.findIndex(leads)
      return cut(workers[which] ?? one(workers, scene), scene, which < 0 ? '' : ', which leads,')
    },
    function cutSubmitter(scene) {
      return cut(submitter, scene)
    },
    /** Clients reach it, and it reaches them. */
    function partServer(scene) {
      const server = one(servers, scene)
      const others = servers.filter((other) => other !== server).map(({ address }) => address)
      return lose(server, 'the other servers', others, scene)
    },
    function partWorkerFromServers(scene) {
      return lose(one(workers, scene), 'the servers', seen, scene)
    },
    function partClientFromServer(scene) {
      const server = Math.floor(scene.random() * servers.length)
      return lose(one(clients, scene), servers[server]!.title, [seen[server]!], scene)
    },
    async function cutSeveral(scene) {
      const count = 2 + Math.floor(scene.random() * 2)
      const left = [...all]
      const some = Array.from({ length: count }, () => left.splice(scene.random() * left.length, 1)[0]!)
      await Promise.all(some.map((host) => cut(host, scene)))
    },
    async function cutTwoServers({ random, say }) {
      const ms = duration(random) + (random() < 0.3 ? 25_000 : 0)
      const spared = one(servers, { random })
      say(`cut off all servers but ${spared.title} for ${ms} ms`)
      const two = servers.filter((server) => server !== spared)
      for (const server of two) server.cut()
      await delay(ms)
      for (const server of two) server.heal()
    },
    async function slowNetwork({ random, say }) {
      const ms = duration(random)
      const [time, loss] = [5 + Math.floor(random() * 60), Math.floor(random() * 10)]
      say(`delay of ${time} ms, and loss of ${loss} %, for ${ms} ms`)
      slow(time, loss)
      await delay(ms)
      slow(0, 0)
    },
  ]
}

/** Two seconds to eight; now and then longer than a connection may say nothing, and than anybody is patient. */
function duration(random: () => number): number {
  const how = random()
  if (how < 0.05) return 40_000
  return how < 0.15 ? 14_000 : 2_000 + Math.floor(random() * 6_000)
}

function one<T>(all: readonly T[], { random }: Pick<Scene, 'random'>): T {
  return all[Math.floor(random() * all.length)]!
}

/** By what it has said. */
function leads({ out, err }: TestProcess): boolean {
  const said = `${out}${err}`
  return said.lastIndexOf('leads the cluster') > said.lastIndexOf('leads no more')
}
