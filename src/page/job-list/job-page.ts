import type { JobEvent } from '../../protocol/job-event.ts'
import type { JobSummary } from '../../protocol/job-info.ts'
import type { Page } from '../../protocol/page.ts'

/** What an event makes of a page of jobs. `stale`: the page has to be asked for again to be right. */
export interface Changed {
  readonly page: Page<JobSummary>
  readonly stale: boolean
}

/**
 * Jobs that are shown change in place, so that nothing jumps under the pointer. What may come in, go out or move is not
 * worked out here: then the page is stale.
 */
export function afterEvent(page: Page<JobSummary>, event: JobEvent): Changed {
  switch (event.type) {
    case 'job_submitted':
      return { page, stale: true }
    case 'job_status_changed': {
      const { summary } = event
      const items = page.items.map((job) =>
        job.id === summary.id && job.revision <= summary.revision ? summary : job,
      )
      return { page: { ...page, items }, stale: true }
    }
    case 'job_deleted':
      return { page, stale: true }
    case 'job_checkpoint':
      return { page, stale: false }
  }
}
