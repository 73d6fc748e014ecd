import process from 'node:process'
import type { Subscription } from 'rxjs'
import type { JobManagerClient } from '../../client/job-manager-client.ts'
import type { JobInfo, LogLine } from '../../protocol/job-info.ts'
import { realClock } from '../../time/real-clock.ts'
import { colorsOf } from '../output/colors.ts'
import type { OutputFormat } from '../output/output-format.ts'
import type { LiveLines } from '../screen/live-lines.ts'
import { watchFrame } from '../watch/watch-frame.ts'
import { watchOf, type WatchState, withHeard, withJob, withProgress } from '../watch/watch-state.ts'

/** A job on a server that is waited for: its lines, and below them how it gets on. */
export class JobScreen {
  /** Writes a line of the job. */
  readonly log: (line: LogLine) => void
  readonly #client: JobManagerClient
  readonly #live: LiveLines
  readonly #subscriptions: Subscription[] = []

  /** @param format where it is data, stdout is for that alone. */
  constructor(client: JobManagerClient, live: LiveLines, format: OutputFormat) {
    this.#client = client
    this.#live = live
    const isText = format === 'table' || format === 'wide'
    this.log = ({ stream, text }) => {
      const output = isText && stream === 'stdout' ? process.stdout : process.stderr
      const line = stream === 'system' ? colorsOf(process.stderr).dim(`-- ${text}`) : text
      live.aside(() => output.write(`${line}\n`))
    }
  }

  /** Shows how the job gets on, in a terminal. */
  follow(info: JobInfo): void {
    if (!this.#live.isLive) return
    let state = watchOf(info)
    const show = (next: WatchState): void => {
      state = next
      const { columns, rows } = process.stderr
      const size = { columns: columns || 80, rows: Math.floor((rows || 24) / 2) }
      this.#live.show(watchFrame(state, size, colorsOf(process.stderr), realClock.now()))
    }
    show(state)
    // What goes wrong, whoever waits is told.
    const error = (): void => {}
    this.#subscriptions.push(
      this.#client.job$(info.id).subscribe({ next: (job) => show(withJob(state, job)), error }),
      this.#client.progress$(info.id).subscribe({ next: (now) => show(withProgress(state, now)), error }),
      this.#client.heard$(info.id).subscribe({ next: (isHeard) => show(withHeard(state, isHeard)), error }),
    )
  }

  close(): void {
    for (const subscription of this.#subscriptions.splice(0)) subscription.unsubscribe()
    this.#live.clear()
  }
}
