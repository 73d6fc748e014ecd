import { castDraft, produce } from 'immer'
import { noFailures } from '../../job/restart-policy.ts'
import type { ClusterJobSpec } from '../protocol/job-spec.ts'
import type { ClusterJobState, ClusterJobWish } from '../protocol/job-state.ts'
import { type ClusterView, type JobView, waiting, type Whereabouts } from './cluster-view.ts'

/** What is written of a job. */
export interface JobRecords {
  readonly spec: ClusterJobSpec
  /** Null: no leader has seen it yet. */
  readonly state: ClusterJobState | null
  readonly wish: ClusterJobWish | null
}

const noState: ClusterJobState = {
  status: 'running',
  outcome: null,
  startedAt: null,
  endedAt: null,
  ended: {},
  restarts: 0,
  restartCauses: [],
  takeovers: 0,
  failure: null,
  services: [],
}

/** Jobs that are new come in, and those of which nothing is written any more go. Their states are the leader's own. */
export function noteRecords(view: ClusterView, records: ReadonlyMap<string, JobRecords>): ClusterView {
  return produce(view, (draft) => {
    for (const id of Object.keys(draft.jobs)) if (!records.has(id)) delete draft.jobs[id]
    for (const [id, record] of records) {
      const job = draft.jobs[id]
      if (job === undefined) draft.jobs[id] = castDraft(jobOf(record))
      else job.wish = record.wish?.want ?? null
    }
  })
}

function jobOf({ spec, state: written, wish }: JobRecords): JobView {
  const state = written ?? noState
  const place = (id: string): Whereabouts => (id in state.ended ? { at: 'end' } : waiting())
  const areDown = spec.services.length === 0 || state.services.length > 0
  return {
    spec,
    state,
    wish: wish?.want ?? null,
    regions: Object.fromEntries(spec.regions.map(({ id }) => [id, place(id)])),
    services: areDown ? { at: 'end' } : waiting(),
    reports: state.ended,
    failures: { ...noFailures, restarts: state.restarts },
    drained: { moved: -1, since: 0 },
  }
}
