import type { JobProvider, ObservedJob, ProviderCall } from '../../../src/providers/job-provider.ts'

/** What one call comes to: an error, a job, or a promise of either, given the call. */
export type Step = Error | 'ok' | 'hang' | ((call: ProviderCall) => Promise<unknown>)

export const aJob: ObservedJob = { externalId: 'a', status: 'running' }

/** A provider whose calls do what a list says, one after the other, and then succeed. */
export class ScriptedProvider implements JobProvider {
  readonly name = 'scripted'
  readonly type = 'test'
  readonly capabilities = { list: true, cancel: true, logs: true }
  readonly steps: Step[]
  calls = 0
  running = 0
  mostRunning = 0
  closed = 0

  constructor(...steps: readonly Step[]) {
    this.steps = [...steps]
  }

  async get(_: string, call: ProviderCall): Promise<ObservedJob> {
    await this.#step(call)
    return aJob
  }

  async list(_: unknown, call: ProviderCall): Promise<{ jobs: ObservedJob[]; next: null }> {
    await this.#step(call)
    return { jobs: [aJob], next: null }
  }

  async cancel(_: string, call: ProviderCall): Promise<void> {
    await this.#step(call)
  }

  async logs(_: string, __: unknown, call: ProviderCall): Promise<[]> {
    await this.#step(call)
    return []
  }

  async close(): Promise<void> {
    this.closed++
  }

  async #step(call: ProviderCall): Promise<void> {
    const step = this.steps.shift() ?? 'ok'
    this.calls++
    this.mostRunning = Math.max(this.mostRunning, ++this.running)
    try {
      if (step instanceof Error) throw step
      if (step === 'hang') await aborted(call.signal)
      else if (step !== 'ok') await step(call)
    } finally {
      this.running--
    }
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })
