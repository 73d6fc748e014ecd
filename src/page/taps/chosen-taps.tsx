import type { Signal } from '@preact/signals'
import type { JSX } from 'preact'
import type { JobInfo } from '../../protocol/job-info.ts'
import type { Session } from '../link/session.ts'
import { TapPanel } from './tap-panel.tsx'

interface ChosenTapsProps {
  readonly session: Session
  /** Of the job. */
  readonly path: string
  readonly job: Pick<JobInfo, 'provider' | 'status'>
  readonly nodes: readonly { readonly id: string; readonly name: string }[]
  /** The operator whose records are asked for; null: none. */
  readonly chosen: Signal<string | null>
}

/** Records of the operator that is chosen in the graph. */
export function ChosenTaps({ session, path, job, nodes, chosen }: ChosenTapsProps): JSX.Element | null {
  const node = nodes.find(({ id }) => id === chosen.value)
  if (node === undefined) return null
  return (
    <TapPanel
      key={node.id}
      session={session}
      path={path}
      node={node}
      nodes={nodes}
      canShow={job.provider === 'local' && (job.status === 'running' || job.status === 'stopping')}
      onClose={() => {
        // Where it was chosen, so that one goes on from there.
        document.querySelector<SVGElement>('.graph .node.chosen')?.focus()
        chosen.value = null
      }}
    />
  )
}
