import { join } from 'node:path'
import { deserialize } from 'node:v8'
import type { SeatedOutcome } from '../../environment/seat/seat-order.ts'
import { EngineError } from '../../errors/cluster-errors.ts'
import type { EngineConnection } from '../engine/cluster-engine.ts'
import { jobKey } from '../protocol/job-keys.ts'
import type { ClusterJobSpec } from '../protocol/job-spec.ts'
import { fromJson } from '../protocol/json.ts'
import type { ProgramFolders } from './program-folders.ts'
import type { SlotLaunch } from './slot-process.ts'

export interface LoadRequest {
  readonly job: string
  readonly slot: number
  readonly worker: string
  /** Where the engine is. */
  readonly address: string
  readonly connection: Pick<EngineConnection, 'records' | 'files'>
  readonly folders: ProgramFolders
}

/** Fetches the program of a job into a folder of its own. @throws EngineError when it is not there. */
export async function loadProgram(request: LoadRequest): Promise<SlotLaunch> {
  const { job, slot, worker, address, connection, folders } = request
  const record = await connection.records.get(jobKey(job, 'spec'))
  if (record === null) {
    throw new EngineError(`There is no job '${job}' any more.`, {
      remedy: 'Nothing to mend: it was deleted.',
    })
  }
  const { program, graphHash, parallelism, name } = fromJson<ClusterJobSpec>(record.value)
  const earlier = await earlierOf(connection, program.earlier)
  const folder = await folders.make(program.files)
  const { argv, env, ordinal } = program
  const entry = join(folder, program.entry)
  const seated = { entry, argv, ordinal, local: false, insideJob: false, earlier }
  return {
    entry,
    folder,
    argv,
    env,
    order: { program: seated, graphHash, job, worker, slot, address, parallelism },
    prefix: `[${name}/${slot}] `,
  }
}

async function earlierOf(
  { files }: LoadRequest['connection'],
  hash: string,
): Promise<readonly (SeatedOutcome | null)[]> {
  if (hash === '') return []
  const bytes = await files.get(hash)
  if (bytes !== null) return deserialize(bytes) as readonly (SeatedOutcome | null)[]
  throw new EngineError('The cluster does not have what earlier jobs of the program came to.', {
    remedy: 'Submit the job again.',
  })
}
