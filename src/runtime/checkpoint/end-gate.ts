import type { CheckpointHost, CheckpointMember } from './checkpoint-host.ts'

/**
 * The end of a job that has sinks to commit but takes no checkpoints: their output is made visible when everything has
 * been processed, so that a job that fails shows nothing. Each attempt has its own.
 */
export class EndGate implements CheckpointHost {
  #live = 0
  /** At most one per strand. */
  readonly #waiting: (() => void)[] = []

  /** @param members how many strands have to end. */
  expect(members: number): void {
    this.#live = members
  }

  readonly restored = null

  put(): Promise<never> {
    return Promise.reject(new Error('The job takes no checkpoints.'))
  }

  notSaved(): void {}

  restore(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  passed(): void {}

  ended(_member: CheckpointMember, waits: boolean): Promise<void> {
    const open = waits ? new Promise<void>((resolve) => this.#waiting.push(resolve)) : Promise.resolve()
    if (--this.#live === 0) for (const resolve of this.#waiting.splice(0)) resolve()
    return open
  }

  safe(): Promise<void> {
    return Promise.resolve()
  }
}
