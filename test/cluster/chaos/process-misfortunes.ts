import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import type { NatsNode } from '../../support/nats/start-nats.ts'
import type { Misfortune, Scene } from './run-chaos.ts'

// What befalls processes: they are killed, and frozen and woken.

/** Milliseconds for which something is away or frozen: longer than a lease. */
const AWAY = 6_000

export const killWorker: Misfortune = async ({ workers, begin, random, say }) => {
  const which = Math.floor(random() * workers.length)
  say(`kill worker ${which}`)
  workers[which]!.signal('SIGKILL')
  workers[which] = begin(which)
  await workers[which].says('is ready')
}

export const killSlot: Misfortune = async ({ workers, random, say }) => {
  const which = Math.floor(random() * workers.length)
  say(`kill slot of worker ${which}`)
  const [slot] = workers[which]!.children
  if (slot !== undefined) signalTo(slot, 'SIGKILL')
}

export const freezeWorker: Misfortune = async ({ workers, random, say }) => {
  const which = Math.floor(random() * workers.length)
  const worker = workers[which]!
  say(`freeze worker ${which}`)
  const all = worker.children
  worker.signal('SIGSTOP')
  for (const child of all) signalTo(child, 'SIGSTOP')
  await delay(AWAY)
  for (const child of all) signalTo(child, 'SIGCONT')
  worker.signal('SIGCONT')
}

export const killServer: Misfortune = async (scene) => {
  const node = oneOf(scene)
  scene.say(`kill server ${node.name}`)
  await node.kill()
  await delay(AWAY / 3)
  await node.start()
}

export const freezeServer: Misfortune = async (scene) => {
  const node = oneOf(scene)
  scene.say(`freeze server ${node.name}`)
  node.freeze()
  await delay(AWAY)
  node.resume()
}

export const killTwoServers: Misfortune = async ({ servers, say }) => {
  say('kill two servers')
  const two = servers.nodes.slice(0, 2)
  await Promise.all(two.map((node) => node.kill()))
  await delay(AWAY / 3)
  await Promise.all(two.map((node) => node.start()))
}

function oneOf({ servers: { nodes }, random }: Scene): NatsNode {
  return nodes[Math.floor(random() * nodes.length)]!
}

/** It may be gone already. */
function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Its job has ended.
  }
}
