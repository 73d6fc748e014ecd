import type { FeedNotice } from '../../client/job-events.ts'
import type { JobInfo, JobSummary, LogLine } from '../../protocol/job-info.ts'
import type { ServerInfo } from '../../protocol/server-info.ts'
import type { Key } from '../screen/decode-keys.ts'
import type { ScreenSize } from '../screen/draw-difference.ts'
import type { Action } from './monitor-state.ts'

/** All that can happen to a monitor. `now` is in milliseconds since the epoch. */
export type Message =
  | { readonly type: 'tick'; readonly now: number }
  | { readonly type: 'key'; readonly key: Key }
  | { readonly type: 'size'; readonly size: ScreenSize }
  /** What the server tells of its jobs, in order. */
  | { readonly type: 'notices'; readonly notices: readonly FeedNotice[]; readonly now: number }
  /** A listing begins: what it does not show is gone. */
  | { readonly type: 'listing' }
  | { readonly type: 'listed'; readonly jobs: readonly JobSummary[]; readonly isLast: boolean }
  | { readonly type: 'server'; readonly server: ServerInfo; readonly now: number }
  /** What was asked for one job. */
  | { readonly type: 'looked'; readonly job: JobInfo }
  | { readonly type: 'look-failed'; readonly job: string; readonly error: string }
  | { readonly type: 'logs'; readonly job: string; readonly lines: readonly LogLine[] }
  | { readonly type: 'logs-over'; readonly job: string; readonly error: string }
  /** What became of an action; `error` is '' where it was done. */
  | { readonly type: 'acted'; readonly action: Action; readonly error: string }
