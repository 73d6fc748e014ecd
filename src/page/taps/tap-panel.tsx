import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import type { TapPoint } from '../../runtime/taps/tap-point.ts'
import type { Session } from '../link/session.ts'
import { useAnswer } from '../link/use-answer.ts'
import { Button } from '../ui/button.tsx'
import { RecordTable } from './record-table.tsx'
import { RecordWatch } from './record-watch.ts'
import { tapChoices } from './tap-choice.ts'

interface TapPanelProps {
  readonly session: Session
  /** Of the job. */
  readonly path: string
  /** The operator that was chosen. */
  readonly node: { readonly id: string; readonly name: string }
  readonly nodes: readonly { readonly id: string; readonly name: string }[]
  /** Whether the job runs in a process of this server. */
  readonly canShow: boolean
  readonly onClose: () => void
}

/** Records that go by at an operator. Nothing is looked at before it is asked for, and with the panel it ends. */
export function TapPanel({ session, path, node, nodes, canShow, onClose }: TapPanelProps): JSX.Element {
  return (
    <section class="taps" aria-label={`Records of ${node.name}`}>
      <header class="taps-head">
        <h2>Records of {node.name}</h2>
        <button type="button" onClick={onClose}>
          Close
        </button>
      </header>
      {canShow ? (
        <Points session={session} path={path} node={node.id} nodes={nodes} />
      ) : (
        <p class="faint">Records can be looked at while a job runs, on the server that runs it.</p>
      )}
    </section>
  )
}

function Points(props: {
  readonly session: Session
  readonly path: string
  readonly node: string
  readonly nodes: TapPanelProps['nodes']
}): JSX.Element {
  const { session, path, node, nodes } = props
  const { value, trouble } = useAnswer<{ readonly items: readonly TapPoint[] }>(session, `${path}/taps`)
  const chosen = useSignal<string | null>(null)
  if (trouble.value !== null && value.value === null) return <p class="trouble">{trouble.value}</p>
  if (value.value === null) return <p class="faint" aria-busy="true" />
  const nameOf = (id: string): string => nodes.find((one) => one.id === id)?.name ?? id
  const { own, others } = tapChoices(node, value.value.items, nameOf)
  const all = [...own, ...others]
  const point = all.find(({ id }) => id === chosen.value)?.id ?? all[0]?.id
  if (point === undefined) {
    return <p class="faint">Nothing of this job can be looked at: all its operators are one loop.</p>
  }
  return (
    <>
      {own.length > 0 ? null : (
        <p class="faint">
          This operator is one loop with its neighbours, and nothing can be looked at between them. These are
          the places of the job where something can.
        </p>
      )}
      <div>
        <label for="taps-where">Where</label>{' '}
        <select
          id="taps-where"
          value={point}
          onChange={(event) => (chosen.value = event.currentTarget.value)}
        >
          {own.map(({ id, text }) => (
            <option key={id} value={id}>
              {text}
            </option>
          ))}
          {others.length === 0 ? null : (
            <optgroup label="Elsewhere in the job">
              {others.map(({ id, text }) => (
                <option key={id} value={id}>
                  {text}
                </option>
              ))}
            </optgroup>
          )}
        </select>
      </div>
      <Watch key={point} session={session} path={path} point={point} />
    </>
  )
}

function Watch(props: {
  readonly session: Session
  readonly path: string
  readonly point: string
}): JSX.Element {
  const { session, path, point } = props
  const watch = useMemo(() => new RecordWatch(session, path, point), [session, path, point])
  useEffect(() => () => watch.pause(), [watch])
  const state = watch.state.value
  const isOn = state === 'watching' || state === 'connecting'
  const hasBegun = isOn || watch.records.value.length > 0
  return (
    <>
      <div class="toolbar">
        <Button
          isPrimary={!isOn}
          refusal={session.refusal('submit')}
          disabled={state === 'over'}
          onClick={() => (isOn ? watch.pause() : watch.resume())}
        >
          {isOn ? 'Pause' : hasBegun ? 'Resume' : 'Watch records'}
        </Button>
        <span role="status">{words[state]}</span>
      </div>
      {watch.trouble.value === null ? null : <p class="trouble">{watch.trouble.value}</p>}
      <RecordTable records={watch.records.value} passed={watch.passed.value} hasBegun={hasBegun} />
    </>
  )
}

const words = {
  connecting: 'Connecting',
  watching: 'Watching',
  paused: '',
  over: 'The job runs no more.',
} as const
