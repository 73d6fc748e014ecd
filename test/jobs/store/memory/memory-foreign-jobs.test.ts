import { MemoryJobStore } from '../../../../src/jobs/store/memory-job-store.ts'
import { foreignJobsContract } from '../support/foreign-job-store-contract.ts'

foreignJobsContract('in memory', (_context, options) => new MemoryJobStore(options))
