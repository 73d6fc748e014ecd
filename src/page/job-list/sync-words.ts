import type { SyncResult } from '../../protocol/provider-info.ts'
import { formatCount } from '../format/format.ts'

/** `Discovered 3 jobs, 1 of them new or changed.` */
export function syncWords({ synced, updated, failed }: SyncResult): string {
  const jobs = synced === 1 ? '1 job' : `${formatCount(synced)} jobs`
  const changed =
    synced === 0 ? '' : `, ${updated === 0 ? 'none' : formatCount(updated)} of them new or changed`
  return [
    `Discovered ${jobs}${changed}.`,
    ...failed.map(({ provider, error }) => `${provider} could not be asked: ${error}`),
  ].join(' ')
}
