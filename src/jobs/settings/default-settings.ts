import { resolveBackground } from '../background-options.ts'
import { defaultLimits } from '../server/server-limits.ts'
import { resolveJobManagerOptions } from '../supervisor/job-manager-options.ts'
import type { FileSettings } from './settings-schema.ts'

/** What a server goes by that is told nothing. */
export function defaultSettings(): FileSettings {
  const { limits, retention, drainTimeout } = resolveJobManagerOptions({ data: '.' })
  const { maxRunning, maxQueued, memoryMb, heartbeatTimeout } = limits
  const { jobStatusPolling, queueProcessing } = resolveBackground()
  return {
    host: '127.0.0.1',
    port: 19_001,
    ...{ maxRunning, maxQueued, memoryMb, heartbeatTimeout, drainTimeout, retention },
    logLevel: 'info',
    background: { jobStatusPolling: { enabled: true, interval: jobStatusPolling.interval }, queueProcessing },
    limits: defaultLimits,
  }
}
