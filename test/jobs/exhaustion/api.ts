import { isSettled } from '../../../src/job/job-status.ts'
import type { Problem } from '../../../src/protocol/problem.ts'
import type { JobInfo } from '../../../src/protocol/job-info.ts'
import type { RecordedProgram } from './recorded-program.ts'

export interface Answer<T> {
  readonly status: number
  readonly body: T
}

/** Requests of a server, each sent once. */
export class Api {
  readonly #url: string

  constructor(port: number) {
    this.#url = `http://127.0.0.1:${port}`
  }

  async ask<T = Problem>(path: string, init: RequestInit = {}): Promise<Answer<T>> {
    const response = await fetch(this.#url + path, init)
    const text = await response.text()
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T }
  }

  put(hash: string, body: Uint8Array): Promise<Answer<Problem>> {
    return this.ask(`/api/v1/files/${hash}`, { method: 'PUT', body: body as Uint8Array<ArrayBuffer> })
  }

  post<T = Problem>(path: string, body: object): Promise<Answer<T>> {
    const headers = { 'content-type': 'application/json' }
    return this.ask<T>(path, { method: 'POST', headers, body: JSON.stringify(body) })
  }

  async upload({ files }: RecordedProgram): Promise<void> {
    for (const [hash, body] of files) {
      const { status } = await this.put(hash, body)
      if (status !== 204) throw new Error(`the upload was answered with ${status}`)
    }
  }

  /** Id of the job. */
  async submit({ submission }: RecordedProgram): Promise<string> {
    const { status, body } = await this.post<JobInfo>('/api/v1/jobs', submission)
    if (status !== 201) throw new Error(`the submission was answered with ${status}: ${JSON.stringify(body)}`)
    return body.id
  }

  async job(id: string): Promise<JobInfo> {
    return (await this.ask<JobInfo>(`/api/v1/jobs/${id}`)).body
  }

  /** Looks at a job until it is as it should be. */
  async until(id: string, is: (job: JobInfo) => boolean, signal: AbortSignal): Promise<JobInfo> {
    for (;;) {
      const job = await this.job(id)
      if (is(job)) return job
      if (isSettled(job.status)) {
        throw new Error(`job ${id} has ended: ${JSON.stringify(job)}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
      signal.throwIfAborted()
    }
  }

  /** Waits until a job that runs has come further than it is now. */
  async goesOn(id: string, signal: AbortSignal): Promise<void> {
    const before = await this.job(id)
    await this.until(
      id,
      ({ status, restarts, progress }) => {
        if (status !== 'running' || restarts !== before.restarts) {
          throw new Error(`job ${id} is ${status}, with ${restarts} restarts`)
        }
        return (progress?.read ?? 0) > (before.progress?.read ?? 0)
      },
      signal,
    )
  }
}
