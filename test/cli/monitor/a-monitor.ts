import picocolors from 'picocolors'
import type { FeedNotice } from '../../../src/client/job-events.ts'
import type { Message } from '../../../src/cli/monitor/messages.ts'
import { type Action, beginMonitor, type MonitorState } from '../../../src/cli/monitor/monitor-state.ts'
import { update } from '../../../src/cli/monitor/update.ts'
import { viewMonitor } from '../../../src/cli/monitor/view/monitor-view.ts'
import type { JobSummary } from '../../../src/protocol/job-info.ts'
import type { NodeResult } from '../../../src/job/job-result.ts'
import type { JobStatus } from '../../../src/job/job-status.ts'

export const START = Date.parse('2025-03-01T12:00:00.000Z')

/** A job number `n` is submitted `n` seconds after the start. */
export const job = (n: number, status: JobStatus, given: Partial<JobSummary> = {}): JobSummary => {
  const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString()
  const began = !['pending', 'uploading', 'queued'].includes(status)
  const ended = ['completed', 'failed', 'cancelled', 'stopped'].includes(status)
  return {
    id: `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`,
    name: `job ${n}`,
    status,
    autostop: true,
    priority: 0,
    checkpointed: true,
    position: status === 'queued' ? 1 : null,
    submittedAt: at(n),
    startedAt: began ? at(n) : null,
    endedAt: ended ? at(n + 65) : null,
    restarts: 0,
    revision: 1,
    provider: 'local',
    externalId: null,
    restartedFrom: null,
    ...given,
  } as JobSummary
}

export const node = (id: string, kind: string, counts: Partial<NodeResult>): NodeResult => ({
  id,
  name: `${kind} ${id}`,
  kind,
  inputs: [],
  parallelism: 1,
  in: 0,
  handled: 0,
  dropped: 0,
  deadLettered: 0,
  failed: 0,
  unfinished: 0,
  out: 0,
  errors: 0,
  ...counts,
})

export const progress = (of: JobSummary, elapsedMs: number, read: number, total?: number): FeedNotice => ({
  type: 'progress',
  notice: {
    job: of.id,
    progress: {
      status: 'running',
      elapsedMs,
      read,
      written: read / 2,
      sources: [{ node: 'n0', done: read, total, unit: 'records' }],
      edges: [],
      activity: [],
      latency: null,
      nodes: [
        node('n0', 'source', { out: read }),
        node('n1', 'sink', { inputs: ['n0'], in: read / 2, handled: read / 2 }),
      ],
    },
  },
})

export const became = (summary: JobSummary): FeedNotice => ({
  type: 'event',
  event: {
    id: 1,
    at: summary.submittedAt,
    job: summary.id,
    type: 'job_status_changed',
    transition: { from: null, to: summary.status, at: summary.submittedAt, cause: 'a test' },
    summary,
  },
})

/** A monitor without server and terminal. */
export class AMonitor {
  state: MonitorState = beginMonitor({ url: 'http://127.0.0.1:19001' }, START)
  readonly actions: Action[] = []

  constructor(columns = 80, rows = 12) {
    this.tell({ type: 'size', size: { columns, rows } })
  }

  tell(...messages: readonly Message[]): this {
    for (const message of messages) {
      const { state, action } = update(this.state, message)
      this.state = state
      if (action !== null) this.actions.push(action)
    }
    return this
  }

  /** Notices a second later than the last thing. */
  hear(...notices: readonly FeedNotice[]): this {
    return this.tell({ type: 'notices', notices, now: this.state.now + 1000 })
  }

  /** All jobs there are, after the stream has opened. */
  list(...jobs: readonly JobSummary[]): this {
    return this.hear({ type: 'open' }).tell({ type: 'listing' }, { type: 'listed', jobs, isLast: true })
  }

  press(...keys: readonly string[]): this {
    return this.tell(...keys.map((key) => ({ type: 'key', key }) as const))
  }

  type(text: string): this {
    return this.press(...text)
  }

  wait(seconds: number): this {
    for (let i = 0; i < seconds; i++) this.tell({ type: 'tick', now: this.state.now + 1000 })
    return this
  }

  get names(): readonly string[] {
    return this.state.list.order.map((id) => this.state.jobs.get(id)!.job.name)
  }

  get selected(): string | undefined {
    const { list, jobs } = this.state
    return jobs.get(list.order[list.index] ?? '')?.job.name
  }

  /** Without colours and the spaces at the ends. */
  get screen(): readonly string[] {
    return viewMonitor(this.state, picocolors.createColors(false)).map((line) => line.trimEnd())
  }
}
