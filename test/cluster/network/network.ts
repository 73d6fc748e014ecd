import { execFileSync, spawnSync } from 'node:child_process'
import process from 'node:process'

let networks = 0

/**
 * Hosts on one bridge of their own, each a network namespace of Linux. This process is at the bridge, and reaches all of
 * them. Nothing of it is left when this process ends, in whatever way it can notice.
 */
export class Network {
  readonly #name = `mr${process.pid}n${networks++}`
  readonly #subnet = freeSubnet()
  readonly #hosts: NetworkHost[] = []
  readonly #remove = (): void => this.remove()
  #addresses = 1

  /** Why there can be none here; null: there can. */
  static problem(): string | null {
    if (process.platform !== 'linux') return 'Linux, whose network namespaces it uses'
    if (process.getuid?.() !== 0) return 'root, who may make network namespaces'
    if (spawnSync('ip', ['-V']).status !== 0) return 'iproute2 (the command ip)'
    try {
      const network = new Network()
      network.host('probe')
      network.remove()
      return null
    } catch (error) {
      return `network namespaces, veth and bridges: ${(error as Error).message}`
    }
  }

  constructor() {
    process.once('exit', this.#remove)
    try {
      ip('link', 'add', this.#name, 'type', 'bridge')
      ip('addr', 'add', `${this.#subnet}.1/24`, 'dev', this.#name)
      ip('link', 'set', this.#name, 'up')
    } catch (error) {
      this.remove()
      throw error
    }
  }

  host(title: string): NetworkHost {
    const place = { name: `${this.#name}h${this.#hosts.length}`, bridge: this.#name, address: this.#next() }
    // Known first: what is made of it is removed where making it fails.
    const host = new NetworkHost(title, place)
    this.#hosts.push(host)
    host.make()
    return host
  }

  /** One more of this process. */
  address(): string {
    const address = this.#next()
    ip('addr', 'add', `${address}/24`, 'dev', this.#name)
    return address
  }

  /** With what runs in it. Twice is as good as once. */
  remove(): void {
    process.off('exit', this.#remove)
    for (const host of this.#hosts.splice(0)) host.remove()
    spawnSync('ip', ['link', 'del', this.#name])
  }

  #next(): string {
    return `${this.#subnet}.${++this.#addresses}`
  }
}

interface Place {
  /** Of its namespace, and of its end of the cable at the bridge. */
  readonly name: string
  readonly bridge: string
  readonly address: string
}

export class NetworkHost {
  readonly title: string
  readonly address: string
  /** What stands in front of a command that is to run there. */
  readonly through: readonly string[]
  readonly #name: string
  readonly #bridge: string

  constructor(title: string, { name, bridge, address }: Place) {
    this.title = title
    this.address = address
    this.through = ['ip', 'netns', 'exec', name]
    this.#name = name
    this.#bridge = bridge
  }

  make(): void {
    const name = this.#name
    ip('netns', 'add', name)
    ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
    ip('link', 'set', name, 'master', this.#bridge)
    ip('-n', name, 'addr', 'add', `${this.address}/24`, 'dev', 'eth0')
    ip('-n', name, 'link', 'set', 'lo', 'up')
    ip('-n', name, 'link', 'set', 'eth0', 'up')
    ip('link', 'set', name, 'up')
  }

  /** Pulls its cable: nothing comes, nothing goes, and nobody is told. */
  cut(): void {
    ip('link', 'set', this.#name, 'down')
  }

  heal(): void {
    ip('link', 'set', this.#name, 'up')
  }

  /** Loses what it sends to these, and hears what they send. */
  lose(addresses: readonly string[]): void {
    for (const address of addresses) ip('-n', this.#name, 'route', 'replace', 'blackhole', `${address}/32`)
  }

  find(addresses: readonly string[]): void {
    for (const address of addresses) ip('-n', this.#name, 'route', 'del', 'blackhole', `${address}/32`)
  }

  /** What it sends takes so long, and of a hundred packets so many are lost. @returns false: this kernel cannot */
  slow(delay: number, loss: number): boolean {
    const netem = ['delay', `${delay}ms`, `${delay / 2}ms`, 'loss', `${loss}%`]
    const args = ['-n', this.#name, 'qdisc', 'replace', 'dev', 'eth0', 'root', 'netem', ...netem]
    return spawnSync('tc', args).status === 0
  }

  quicken(): void {
    spawnSync('tc', ['-n', this.#name, 'qdisc', 'del', 'dev', 'eth0', 'root'])
  }

  remove(): void {
    const { stdout } = spawnSync('ip', ['netns', 'pids', this.#name], { encoding: 'utf8' })
    for (const pid of (stdout ?? '').split('\n').filter(Boolean)) kill(Number(pid))
    spawnSync('ip', ['link', 'del', this.#name])
    spawnSync('ip', ['netns', 'del', this.#name])
  }
}

/** One that nobody has here, of the network that is for measurements (RFC 2544). */
function freeSubnet(): string {
  const taken = execFileSync('ip', ['-4', '-o', 'addr'], { encoding: 'utf8' })
  for (let n = 0; ; n++) {
    const subnet = `198.18.${(process.pid + n) % 256}`
    if (n === 256 || !taken.includes(` ${subnet}.`)) return subnet
  }
}

/** It may be gone already. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is.
  }
}

/** @throws with what it says */
function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
