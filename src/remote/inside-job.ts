import { jobProcessHost } from '../environment/job-process-host.ts'

/**
 * Whether this program runs as a job of a server. There it is the same program as where it was submitted, up to the
 * `submit` that is the job: what is for the submitter alone, such as starting a server, is kept to it by this.
 */
export function insideJob(): boolean {
  return jobProcessHost() !== undefined
}
