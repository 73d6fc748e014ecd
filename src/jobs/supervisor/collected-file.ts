import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { NothingCollectedError } from '../../errors/job-process-errors.ts'
import { codeOf } from '../../storage/file/disk.ts'
import { resultFiles } from '../process/result-files.ts'
import { storeTrouble } from '../store/store-trouble.ts'
import type { JobFolder } from './job-folder.ts'

/** Ids of nodes: nothing that leads elsewhere in the file system. */
const nodePattern = /^[A-Za-z0-9_-]{1,100}$/

/**
 * What `collect()` of a job's program has received.
 * @throws NothingCollectedError, StoreError
 */
export async function openCollected(folder: JobFolder, node: string): Promise<Readable> {
  if (!nodePattern.test(node)) throw nothing(node)
  const path = join(folder.results, resultFiles.collected, node)
  try {
    const file = await open(path)
    return file.createReadStream()
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw storeTrouble('read what a job collected', path, error)
    throw nothing(node)
  }
}

const nothing = (node: string): NothingCollectedError =>
  new NothingCollectedError(`the job has not collected anything at node ${node}`, {
    remedy: 'wait until the job is over, and ask for a node with collect()',
  })
