import { join } from 'node:path'
import { foreignJobsContract } from '../support/foreign-job-store-contract.ts'
import { emptyFolder, openStore } from '../support/stores.ts'

foreignJobsContract('in SQLite', (context, options) =>
  openStore(context, join(emptyFolder(context), 'jobs.db'), options),
)
