import { MemoryJobStore } from '../../../src/jobs/store/memory-job-store.ts'
import { jobStoreContract } from './support/job-store-contract.ts'

jobStoreContract('in memory', (_context, options) => new MemoryJobStore(options))
