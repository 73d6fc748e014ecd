import type { JobEvent } from '../../protocol/job-event.ts'

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** What the server counts. There are as many counters as there are routes, statuses of answers and statuses of jobs. */
export class ServerMetrics {
  readonly #requests = new Map<string, { readonly labels: Readonly<Record<string, string>>; count: number }>()
  readonly #transitions = new Map<string, number>()

  /** `route` as it was registered, not as it was called. */
  countRequest(method: string, route: string, status: number): void {
    const known = methods.has(method) ? method : 'other'
    const key = `${known} ${route} ${status}`
    const counter = this.#requests.get(key)
    if (counter !== undefined) counter.count++
    else this.#requests.set(key, { labels: { method: known, route, status: String(status) }, count: 1 })
  }

  countEvent(event: JobEvent): void {
    if (event.type !== 'job_status_changed') return
    const { to } = event.transition
    this.#transitions.set(to, (this.#transitions.get(to) ?? 0) + 1)
  }

  get requests(): readonly { readonly labels: Readonly<Record<string, string>>; readonly count: number }[] {
    return [...this.#requests.values()]
  }

  /** Since the start, by what jobs became. */
  get transitions(): ReadonlyMap<string, number> {
    return this.#transitions
  }
}
