import type { DataFolder } from '../jobs/daemon/data-folder.ts'
import type { ServerFile } from '../jobs/daemon/server-file.ts'
import { note, ProgressLine } from './terminal.ts'

/** Stops the server of a data folder, and tells meanwhile what it waits for. */
export async function stopAndTell(
  folder: DataFolder,
  { wait, force = false }: { readonly wait: number; readonly force?: boolean | undefined },
): Promise<void> {
  const [{ describeJobs, stopServer }, { realClock }] = await Promise.all([
    import('../jobs/daemon/stop-server.ts'),
    import('../time/real-clock.ts'),
  ])
  const line = new ProgressLine()
  try {
    const onWaiting = ({ waitingFor }: ServerFile): void => {
      line.show(
        waitingFor === undefined || waitingFor.count === 0
          ? 'Stopping'
          : `Stopping: waiting for ${describeJobs(waitingFor)}`,
      )
    }
    const stopped = await stopServer(folder, { wait, force, onWaiting }, realClock)
    line.clear()
    note(
      stopped === undefined
        ? 'The job server does not run'
        : `The job server has stopped: process ${stopped.pid}`,
    )
  } finally {
    line.clear()
  }
}
