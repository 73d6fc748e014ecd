import { createServer } from 'node:net'
import { ListenError } from '../../errors/start-server-errors.ts'
import { codeOf } from '../../storage/file/disk.ts'
import type { Clock } from '../../time/clock.ts'
import { describeHolder } from './describe-holder.ts'

/**
 * Whether we may listen there, found out before any job runs.
 * @throws ListenError that names who listens there instead.
 */
export async function checkPort(host: string, port: number, clock: Clock): Promise<void> {
  if (port === 0) return
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, () => server.close(() => resolve()))
    })
  } catch (cause) {
    if (codeOf(cause) !== 'EADDRINUSE') return
    const holder = await describeHolder(host, port, clock)
    throw new ListenError(`the server cannot listen on ${host}:${port}: that is taken by ${holder}`, {
      host,
      port,
      cause,
      remedy: 'choose another port, or end what listens there',
    })
  }
}
