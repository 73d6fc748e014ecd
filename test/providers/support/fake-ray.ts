import { FakeApi, type Answer } from './fake-api.ts'

/** As Ray's JobDetails has it. */
export interface RayJob {
  readonly type: 'SUBMISSION' | 'DRIVER'
  readonly job_id: string | null
  readonly submission_id: string | null
  readonly driver_info: { readonly id: string; readonly node_ip_address: string; readonly pid: string } | null
  readonly status: string
  readonly entrypoint: string
  readonly message: string | null
  readonly error_type: string | null
  readonly start_time: number | null
  readonly end_time: number | null
  readonly metadata: Readonly<Record<string, string>> | null
  readonly runtime_env: unknown
  readonly driver_agent_http_address: string | null
  readonly driver_node_id: string | null
  readonly driver_exit_code: number | null
}

/** A submitted job, as the documentation shows one. */
export const aRayJob = (change: Partial<RayJob> = {}): RayJob => ({
  type: 'SUBMISSION',
  job_id: null,
  submission_id: 'raysubmit_4LamXRuQpYdSMg7J',
  driver_info: null,
  status: 'PENDING',
  entrypoint: 'python train.py',
  message: 'Job has not started yet.',
  error_type: null,
  start_time: 1_647_388_711_000,
  end_time: null,
  metadata: {},
  runtime_env: {},
  driver_agent_http_address: null,
  driver_node_id: null,
  driver_exit_code: null,
  ...change,
})

/** One of a driver that nobody submitted. */
export const aDriverJob = (change: Partial<RayJob> = {}): RayJob =>
  aRayJob({
    type: 'DRIVER',
    job_id: '02000000',
    submission_id: null,
    driver_info: { id: '02000000', node_ip_address: '10.0.0.7', pid: '4711' },
    status: 'RUNNING',
    entrypoint: '',
    message: null,
    ...change,
  })

/** Speaks the Jobs REST API of Ray's dashboard. Ray's errors are plain text, a traceback for one. */
export class FakeRay extends FakeApi {
  readonly jobs: RayJob[] = []
  readonly logs = new Map<string, string>()

  constructor() {
    super(
      [
        // In no order, and all of them.
        [/^GET \/api\/jobs\/$/, () => ({ body: this.jobs })],
        // Without the slash aiohttp does not know it.
        [/^GET \/api\/jobs$/, () => ({ status: 404, body: '404: Not Found' })],
        [/^GET \/api\/jobs\/(?<id>[^/]+)$/, ({ params }) => this.#with(params, (job) => ({ body: job }))],
        [
          /^POST \/api\/jobs\/(?<id>[^/]+)\/stop$/,
          ({ params }) => this.#with(params, (job) => this.#stop(job)),
        ],
        [
          /^GET \/api\/jobs\/(?<id>[^/]+)\/logs$/,
          ({ params }) =>
            this.#with(params, (job) =>
              job.type === 'DRIVER'
                ? { status: 400, body: 'Can only get logs of submission type jobs' }
                : { body: { logs: this.logs.get(idOf(job)) ?? '' } },
            ),
        ],
      ],
      { status: 401, body: 'Unauthorized: Missing or invalid authentication token' },
    )
  }

  put(change: Partial<RayJob>): void {
    const id = change.submission_id ?? change.job_id ?? ''
    const index = this.jobs.findIndex((job) => idOf(job) === id)
    if (index === -1) this.jobs.push(aRayJob(change))
    else this.jobs[index] = { ...this.jobs[index]!, ...change }
  }

  #with({ id = '' }: Readonly<Record<string, string>>, answer: (job: RayJob) => Answer): Answer {
    const job = this.jobs.find((each) => each.submission_id === id || each.job_id === id)
    return job === undefined ? { status: 404, body: `Job ${id} does not exist` } : answer(job)
  }

  #stop(job: RayJob): Answer {
    if (job.type === 'DRIVER') return { status: 400, body: 'Can only stop submission type jobs' }
    const stopped = job.status === 'PENDING' || job.status === 'RUNNING'
    if (stopped) this.put({ ...job, status: 'STOPPED', end_time: 1_647_388_799_000 })
    return { body: { stopped } }
  }
}

const idOf = ({ submission_id: submission, job_id: job }: RayJob): string => submission ?? job ?? ''
