/** As Ray calls them. The last three are for good. */
export type RayJobStatus = 'PENDING' | 'RUNNING' | 'STOPPED' | 'SUCCEEDED' | 'FAILED'

/** What is known of a job, of what Ray tells. */
export interface RayJob {
  readonly submission_id: string | null
  readonly status: RayJobStatus
  /** In a sentence or two; of one that has failed, with the last lines of its log. */
  readonly message: string | null
  readonly error_type: string | null
  readonly metadata: Readonly<Record<string, string>> | null
}

/** What is asked of Ray. */
export interface RayJobRequest {
  readonly submission_id: string
  /** A command of the shell. */
  readonly entrypoint: string
  /** Without any of these Ray runs the command on its head. */
  readonly entrypoint_num_cpus: number
  readonly entrypoint_num_gpus?: number
  /** Bytes. */
  readonly entrypoint_memory?: number
  readonly entrypoint_resources?: Readonly<Record<string, number>>
  readonly metadata: Readonly<Record<string, string>>
  readonly runtime_env: {
    readonly working_dir: string
    readonly pip?: readonly string[]
    readonly env_vars: Readonly<Record<string, string>>
  }
}

export function isOver({ status }: Pick<RayJob, 'status'>): boolean {
  return status !== 'PENDING' && status !== 'RUNNING'
}
