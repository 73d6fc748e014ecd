import process from 'node:process'
import { type GivenStartOptions, startOptions } from './start-options.ts'

/** Is the job server until it is told to end, and ends the process then. */
export async function runInForeground(given: GivenStartOptions): Promise<void> {
  const [{ runServer }, { realClock }] = await Promise.all([
    import('../jobs/daemon/run-server.ts'),
    import('../time/real-clock.ts'),
  ])
  const { stdout } = process
  // Whoever has read it may be gone: `start` is when the server is ready. Other commands end with their output.
  stdout.removeAllListeners('error').on('error', () => {})
  const code = await runServer(
    { ...(await startOptions(given)), data: given.data },
    { clock: realClock, terminal: stdout, exit: (code) => process.exit(code) },
  )
  // Whatever a library may still hold open: a server that has said that it has stopped is gone.
  stdout.write('', () => process.exit(code))
}
