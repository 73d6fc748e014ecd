import { join } from 'node:path'
import { jobStoreContract } from './support/job-store-contract.ts'
import { emptyFolder, openStore } from './support/stores.ts'

jobStoreContract('in SQLite', (context, options) =>
  openStore(context, join(emptyFolder(context), 'jobs.db'), options),
)
