import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { LogStream } from '../../protocol/job-info.ts'
import type { Session } from '../link/session.ts'
import { JobLog, MOST_LINES } from './job-log.ts'

/** What a job has written, and goes on writing. */
export function LogView(props: {
  readonly session: Session
  readonly path: string
  readonly name: string
}): JSX.Element {
  const { session, path, name } = props
  const log = useMemo(() => new JobLog(session, path), [session, path])
  const follows = useSignal(true)
  const search = useSignal('')
  const stream = useSignal<LogStream | ''>('')
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => () => log.close(), [log])
  const wanted = search.value.toLowerCase()
  const lines = log.lines.value.filter(
    (line) =>
      (wanted === '' || line.text.toLowerCase().includes(wanted)) &&
      (stream.value === '' || line.stream === stream.value),
  )
  useLayoutEffect(() => {
    const box = frame.current
    if (box !== null && follows.value) box.scrollTop = box.scrollHeight
  }, [lines.length, follows.value])
  return (
    <section class="logs" aria-label="Log">
      <div class="toolbar">
        <input
          type="search"
          placeholder="Search the log"
          aria-label="Search the log"
          value={search.value}
          onInput={(event) => (search.value = event.currentTarget.value)}
        />
        <select
          aria-label="Which lines"
          value={stream.value}
          onChange={(event) => (stream.value = event.currentTarget.value as LogStream | '')}
        >
          <option value="">all lines</option>
          <option value="stdout">stdout</option>
          <option value="stderr">stderr</option>
          <option value="system">of the server</option>
        </select>
        <label class="check">
          <input
            type="checkbox"
            checked={follows.value}
            onChange={(event) => (follows.value = event.currentTarget.checked)}
          />
          Follow
        </label>
        <button type="button" onClick={() => void log.download(name)}>
          Download
        </button>
        {log.isWhole.value ? null : <span class="faint">the last {MOST_LINES} lines</span>}
      </div>
      {log.trouble.value === null ? null : <p class="trouble">{log.trouble.value}</p>}
      <div
        ref={frame}
        class="log-lines"
        tabIndex={0}
        role="log"
        aria-label="Lines"
        onWheel={(event) => {
          if (event.deltaY < 0) follows.value = false
        }}
      >
        {lines.map(({ seq, at, stream, text }) => (
          <div key={seq} class={`log-line ${stream}`}>
            <time dateTime={at}>{at.slice(11, 23)}</time>
            <span class="stream">{stream}</span>
            <span class="text">{text}</span>
          </div>
        ))}
        {lines.length === 0 ? (
          <p class="empty">
            {wanted === '' && stream.value === '' ? 'It has written nothing yet.' : 'No line has that.'}
          </p>
        ) : null}
      </div>
    </section>
  )
}
