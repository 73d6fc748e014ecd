import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { FileCheckpointStore } from '../../src/storage/file-checkpoint-store.ts'
import { dataName, folderNameOf } from '../../src/storage/file/job-folder.ts'
import { emptyFolder, endClaim } from './support/folders.ts'
import { storeContract } from './support/store-contract.ts'

storeContract('FileCheckpointStore', async (context) => {
  const directory = await emptyFolder(context)
  return {
    store: () => new FileCheckpointStore(directory),
    crash: (claim, job) => {
      // It lives on here, as a process that was thought dead: it must do no harm, and close what it has open.
      context.cleanup(() => claim.release())
      return endClaim(directory, job)
    },
    async inspect(job, committed, data) {
      const manifests = committed.map(({ id, kind }) => `${kind}-${id}.json`)
      const expected = ['lock', ...manifests, ...[...data].map(dataName)]
      assert.equal((await readdir(join(directory, folderNameOf(job)))).sort(), expected.sort())
    },
  }
})
