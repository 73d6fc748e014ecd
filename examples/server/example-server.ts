import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { insideJob } from '../../src/index.ts'
import { startJobManager, type StartJobManagerOptions } from '../../src/jobs/index.ts'

export interface ExampleServer {
  readonly port: number
  close(): Promise<void>
}

/** The server at MILLRACE_PORT; where that is not set, one of the example's own, which keeps nothing. */
export async function exampleServer(options: StartJobManagerOptions = {}): Promise<ExampleServer> {
  const port = process.env['MILLRACE_PORT']
  // The program of a job is the same up to its submit, but has no server to start.
  if (insideJob() || port !== undefined) return { port: Number(port ?? 19001), close: async () => {} }
  const data = await mkdtemp(join(tmpdir(), 'millrace-example-'))
  const server = await startJobManager({ ...options, port: 0, data })
  return {
    port: server.port,
    close: async () => {
      await server.close()
      await rm(data, { recursive: true })
    },
  }
}
