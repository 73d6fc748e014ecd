import { MemoryCheckpointStore } from '../../src/storage/memory-checkpoint-store.ts'
import { storeContract } from './support/store-contract.ts'

storeContract('MemoryCheckpointStore', async () => {
  const store = new MemoryCheckpointStore()
  // What it holds dies with the process: a crash is that of a job within it.
  return { store: () => store, crash: (claim) => claim.release() }
})
