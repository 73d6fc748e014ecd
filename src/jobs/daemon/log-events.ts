import { reasonOf } from '../../errors/reason-of.ts'
import type { Logger } from '../../functions/logger.ts'
import type { JobEvent } from '../../protocol/job-event.ts'
import type { Cancel, Clock } from '../../time/clock.ts'
import type { EventLog } from '../job-manager.ts'

/** Events per read. */
const BATCH = 100

/** Logs what happens to jobs, behind event `since`. @returns how to stop it, when what has happened is logged. */
export function logEvents(
  events: EventLog,
  since: number,
  logger: Logger,
  clock: Pick<Clock, 'setImmediate'>,
): () => void {
  let last = since
  let cancel: Cancel | undefined
  const logNew = (): void => {
    cancel = undefined
    try {
      for (;;) {
        const batch = events.read({ since: last, limit: BATCH })
        for (const event of batch) {
          last = event.id
          log(event, logger)
        }
        if (batch.length < BATCH) return
      }
    } catch (error) {
      logger.warn(`What happened to jobs cannot be logged: ${reasonOf(error)}`)
    }
  }
  const stop = events.onAppended(() => (cancel ??= clock.setImmediate(logNew)))
  logNew()
  return () => {
    stop()
    cancel?.()
    logNew()
  }
}

function log(event: JobEvent, logger: Logger): void {
  const { job } = event
  switch (event.type) {
    case 'job_submitted':
      return logger.info(`${event.summary.name} submitted`, { job })
    case 'job_status_changed': {
      const { to, cause } = event.transition
      const message = `${event.summary.name} ${to}`
      return to === 'failed' ? logger.warn(message, { cause, job }) : logger.info(message, { cause, job })
    }
    case 'job_deleted':
      return logger.info(`job deleted`, { job })
    case 'job_checkpoint':
      return logger.debug(`checkpoint ${event.checkpoint.id}`, { job })
  }
}
