import process from 'node:process'
import { JobProcess } from './job-process.ts'
import { ServerLink } from './server-link.ts'

/** What a job server forks for each job. The first message says what to do; without a server there is nothing to do. */
const link = new ServerLink(process)
let job: JobProcess | null = null

link.listen(
  (order) => {
    if (job !== null) return job.heed(order)
    if (order.type !== 'run') return
    job = new JobProcess(order, link)
    job.start()
  },
  () => {
    if (job === null) process.exit(1)
    job.orphaned()
  },
)
