import { ForeignJobError } from '../../errors/job-server-errors.ts'
import type { JobRecord, JobStore } from '../store/job-store.ts'
import { noJob } from '../store/refusals.ts'

/** What is done with the server's own jobs only. */
export type Deed =
  'stop' | 'cancel' | 'continue' | 'restart' | 'savepoint' | 'checkpoints' | 'taps' | 'letters' | 'collected'

/** Why it is not done with others, and what to do with them instead. */
const deeds: Readonly<Record<Deed, readonly [string, string]>> = {
  stop: ['cannot be stopped here', 'cancel it, or stop it where it runs'],
  cancel: ["is not the server's to cancel", 'have its provider cancel it, as the HTTP API does'],
  continue: [
    'cannot be continued here',
    'continue it where it runs: the next look at it shows that it goes on',
  ],
  restart: ['cannot be restarted here', 'submit it again where it runs'],
  savepoint: ['cannot save its state here', 'save it where it runs'],
  checkpoints: ['keeps no checkpoints here', 'look at them where it runs'],
  taps: ['shows no records here', 'look at them where it runs'],
  letters: ['keeps no dead letters here', 'look at them where it runs'],
  collected: ['leaves nothing here that it has collected', 'fetch its results where it runs'],
}

/**
 * One of the server's own jobs, with which something is to be done.
 * @throws JobNotFoundError; ForeignJobError for a job that runs elsewhere
 */
export function ownJob(store: JobStore, id: string, deed: Deed): JobRecord {
  const job = store.get(id)
  if (job !== undefined) return job
  const elsewhere = store.foreign.get(id)
  if (elsewhere === undefined) throw noJob(id)
  const [cannot, remedy] = deeds[deed]
  throw new ForeignJobError(`job ${id} runs at ${elsewhere.provider}, and ${cannot}`, { remedy })
}
