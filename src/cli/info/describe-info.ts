import { formatBytes, formatDuration, formatFields } from '../format.ts'
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
        ] as const)),
  ])
}

const describeContexts = ({ contexts, context }: SystemInfo['client']): string =>
  contexts.length === 0
    ? 'none'
    : contexts.map((name) => (name === context ? `${name} (in use)` : name)).join(', ')
