import type { ServerStatus } from '../jobs/daemon/server-status.ts'
import { statusExitCodes } from './exit-codes.ts'
import { formatBytes, formatDuration, formatFields } from './format.ts'

const meanings: Readonly<Record<ServerStatus['state'], string>> = {
  running: 'running',
  starting: 'starting',
  stopping: 'stopping',
  silent: 'its process is there, and does not answer',
  died: 'not running: it ended without being stopped',
  stopped: 'stopped',
}

export function describeStatus({ state, data, log, server, jobs }: ServerStatus): string {
  const isThere = server !== null && state !== 'died'
  return formatFields([
    ['state', meanings[state]],
    ...(isThere && server.url !== null ? [['address', server.url] as const] : []),
    ...(server === null
      ? []
      : ([
          [
            'process',
            isThere ? `${server.pid}, for ${formatDuration(server.uptimeMs)}` : `${server.pid}, gone`,
          ],
          ...(server.rssBytes === null ? [] : [['memory', formatBytes(server.rssBytes)] as const]),
          ['version', server.version],
        ] as const)),
    ...(jobs === null ? [] : [['jobs', describeCounts(jobs)] as const]),
    ['data', data],
    ['log', log],
  ])
}

/** `3: 1 running, 2 completed` */
function describeCounts(jobs: NonNullable<ServerStatus['jobs']>): string {
  const counts = Object.entries(jobs).filter(([, count]) => count > 0)
  const total = counts.reduce((sum, [, count]) => sum + count, 0)
  return total === 0
    ? 'none'
    : `${total}: ${counts.map(([status, count]) => `${count} ${status}`).join(', ')}`
}

export function exitCodeOf(state: ServerStatus['state']): number {
  switch (state) {
    case 'running':
      return statusExitCodes.running
    case 'died':
      return statusExitCodes.died
    case 'stopped':
      return statusExitCodes.stopped
    case 'starting':
    case 'stopping':
    case 'silent':
      return statusExitCodes.unknown
  }
}
