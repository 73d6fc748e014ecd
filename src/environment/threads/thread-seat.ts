import { isMainThread, workerData } from 'node:worker_threads'
import { toPortableError } from '../../errors/portable-error-codec.ts'
import type { ThreadNews } from '../../runtime/threads/thread-messages.ts'
import type { JobProcessHost } from '../job-process-host.ts'
import { speakUp } from '../seat/hush.ts'
import { ProgramSeat } from '../seat/program-seat.ts'
import { ThreadJob } from './thread-job.ts'
import { type ThreadData, threadKey } from './thread-order.ts'

let seat: ProgramSeat | undefined

/** Where this program was loaded for a part of a job in this thread: what its submits come to; else undefined. */
export function threadSeat(): JobProcessHost | undefined {
  if (isMainThread || seat !== undefined) return seat
  const data = (workerData as { readonly [threadKey]?: ThreadData } | null | undefined)?.[threadKey]
  if (data === undefined) return undefined
  const refuse = (error: unknown): void => {
    data.control.postMessage({ type: 'refused', error: toPortableError(error) } satisfies ThreadNews)
  }
  seat = new ProgramSeat(
    data.seat,
    (recorded) => {
      speakUp()
      try {
        new ThreadJob(recorded, data).begin()
      } catch (error) {
        refuse(error)
      }
    },
    refuse,
  )
  return seat
}
