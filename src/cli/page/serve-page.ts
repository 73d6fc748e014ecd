import { startJobServer } from '../../jobs/server/start-job-server.ts'
import { MemoryTokenStore } from '../../jobs/store/memory/memory-token-store.ts'
import { realClock } from '../../time/real-clock.ts'
import { ProgramJobs } from './program-jobs.ts'

/** The web page of a program that runs here. */
export interface ServedPage {
  readonly url: string
  readonly jobs: ProgramJobs
  close(): Promise<void>
}

/** Serves the page on this machine only. @param port 0: any that is free @throws ListenError */
export async function servePage(port: number): Promise<ServedPage> {
  const jobs = new ProgramJobs(realClock)
  const tokens = new MemoryTokenStore()
  const server = await startJobServer({ manager: jobs, tokens, port, closeTimeout: 500 })
  return { url: server.url, jobs, close: () => server.close() }
}
