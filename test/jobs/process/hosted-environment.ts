import { BaseEnvironment } from '../../../src/environment/base-environment.ts'
import type { JobResult } from '../../../src/job/job-result.ts'
import { hostedSubmit } from '../../../src/environment/hosted-submit.ts'
import { type JobProcessHost, jobProcessKey } from '../../../src/environment/job-process-host.ts'

export * from '../../../src/index.ts'

/** What a RemoteEnvironment is inside the process of a job, and no more. */
export class HostedEnvironment extends BaseEnvironment {
  submit(): Promise<JobResult> {
    const host = (globalThis as Record<symbol, unknown>)[jobProcessKey] as JobProcessHost
    return host.submit(hostedSubmit(this.recorded))
  }
}
