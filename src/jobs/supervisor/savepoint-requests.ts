import { JobNotRunningError, ServerBusyError } from '../../errors/job-server-errors.ts'
import type { CheckpointInfo } from '../../protocol/job-info.ts'
import { fromWireError } from '../../protocol/wire-error-codec.ts'
import type { Order, Report } from '../process/messages.ts'

/** Requests to one job that wait for their answer. */
const MOST_REQUESTS = 64

interface Request {
  readonly resolve: (checkpoint: CheckpointInfo) => void
  readonly reject: (error: Error) => void
}

/** Savepoints that were asked of a job's process, and not answered yet. */
export class SavepointRequests {
  readonly #waiting = new Map<number, Request>()
  #last = 0
  #over = false

  /** @throws JobNotRunningError, ServerBusyError */
  ask(send: (order: Order) => void): Promise<CheckpointInfo> {
    if (this.#over) throw ended()
    if (this.#waiting.size >= MOST_REQUESTS) {
      throw new ServerBusyError(`${MOST_REQUESTS} savepoints of this job have been asked for`, {
        remedy: 'wait for them to be complete',
      })
    }
    const request = ++this.#last
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, { resolve, reject })
      send({ type: 'savepoint', request })
    })
  }

  answered({ request, answer }: Extract<Report, { type: 'savepoint' }>): void {
    const waiting = this.#waiting.get(request)
    this.#waiting.delete(request)
    if ('checkpoint' in answer) waiting?.resolve(answer.checkpoint)
    else waiting?.reject(fromWireError(answer.error))
  }

  /** The process is gone. */
  end(): void {
    this.#over = true
    for (const { reject } of this.#waiting.values()) reject(ended())
    this.#waiting.clear()
  }
}

const ended = (): JobNotRunningError =>
  new JobNotRunningError('the job ended before its savepoint was complete', { remedy: 'look at its status' })
