import { formatBytes, formatDuration, formatFields } from '../format.ts'
import type { ServerInfo } from '../../protocol/server-info.ts'
import type { SystemInfo } from './system-info.ts'

export function describeInfo({ client, server }: SystemInfo): string {
  const { info } = server
  return formatFields([
    ['millrace', client.version],
    ['node', client.node],
    ['system', `${client.platform} ${client.arch}, ${client.release}`],
    ['machine', `${client.cores} cores, ${formatBytes(client.memoryBytes)} of memory`],
    ['configuration', client.configExists ? client.config : `${client.config}, which is not there`],
    ['state', client.state],
    ['contexts', describeContexts(client)],
    ['server', `${server.url} (${server.origin})`],
    ...(info === null
      ? ([['', 'cannot be asked']] as const)
      : ([
          ['', `millrace ${info.version}, for ${formatDuration(info.uptimeMs)}`],
          [
            'jobs',
            `${info.jobs}: ${info.running} running of at most ${info.maxRunning}, ${info.queued} queued`,
          ],
          [
            'limits',
            `${formatBytes(info.limits.uploadBytes)} a file, ${info.limits.memoryMb} MB of memory a job`,
          ],
          ['background', describeBackground(info.background)],
        ] as const)),
  ])
}

function describeBackground({ job_status_polling: polling, queue_processing: queue }: Background): string {
  return [
    polling.enabled
      ? `asks providers every ${formatDuration(polling.interval_seconds * 1000)}`
      : 'asks no providers',
    queue.enabled ? 'starts jobs of the queue' : 'starts no jobs: they wait in the queue',
  ].join(', ')
}

type Background = ServerInfo['background']

const describeContexts = ({ contexts, context }: SystemInfo['client']): string =>
  contexts.length === 0
    ? 'none'
    : contexts.map((name) => (name === context ? `${name} (in use)` : name)).join(', ')
