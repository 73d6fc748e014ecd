import process from 'node:process'
import { LocalEnvironment, type EnvironmentOptions } from '../../../../src/index.ts'

export class Pid {
  readonly #prefix: string
  constructor(prefix: string) {
    this.#prefix = prefix
  }
  pid(): string {
    return `${this.#prefix} ${process.pid} ${process.argv.slice(2).join(' ')}`
  }
}

/** A job that tells in which process its service is. */
export function pids(options: EnvironmentOptions = {}): {
  readonly env: LocalEnvironment
  readonly collected: { readonly values: readonly string[] }
} {
  const env = new LocalEnvironment('pids', options)
  const collected = env
    .registerService('pid', Pid, 'pid', { remote: true })
    .fromBatch([1])
    .map((_, ctx) => ctx.service('pid').pid())
    .collect()
  return { env, collected }
}

if (import.meta.filename === process.argv[1]) await pids().env.submit({ autostop: true })
