import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { LogLine, LogStream } from '../../protocol/job-info.ts'
import type { Session } from '../link/session.ts'
import { JobLog, MOST_LINES } from './job-log.ts'
import { levelOf, type LogLevel, logLevels } from './log-level.ts'

/** Pixels from the end that count as the end. */
const NEAR = 12

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
  const level = useSignal<LogLevel>('debug')
  const frame = useRef<HTMLDivElement>(null)
  useEffect(() => () => log.close(), [log])
  const wanted = search.value.toLowerCase()
  const least = logLevels.indexOf(level.value)
  const isFiltered = wanted !== '' || stream.value !== '' || least > 0
  const lines = log.lines.value.filter(
    (line) =>
      (wanted === '' || line.text.toLowerCase().includes(wanted)) &&
      (stream.value === '' || line.stream === stream.value) &&
      (least === 0 || logLevels.indexOf(levelOf(line)) >= least),
  )
  useLayoutEffect(() => {
    const box = frame.current
    if (box !== null && follows.value) box.scrollTop = box.scrollHeight
  }, [lines.at(-1)?.seq, lines.length, follows.value])
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
        <select
          aria-label="From which level on"
          value={level.value}
          onChange={(event) => (level.value = event.currentTarget.value as LogLevel)}
        >
          <option value="debug">any level</option>
          <option value="info">info and above</option>
          <option value="warn">warnings and errors</option>
          <option value="error">errors</option>
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
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          // By the wheel or by keys: whoever reads further up stays there, and at the end it is followed again.
          const isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR
          if (follows.value !== isAtEnd && scrollHeight > clientHeight) follows.value = isAtEnd
        }}
      >
        {lines.map((line) => (
          <Line key={line.seq} line={line} />
        ))}
        {lines.length === 0 ? (
          <p class="empty">{isFiltered ? 'No line has that.' : 'It has written nothing yet.'}</p>
        ) : null}
      </div>
    </section>
  )
}

function Line({ line }: { readonly line: LogLine }): JSX.Element {
  const { at, stream, text } = line
  return (
    <div class={`log-line ${stream} ${levelOf(line)}`}>
      <time dateTime={at} title={at}>
        {at.slice(11, 23)}
      </time>
      <span class="stream">{stream}</span>
      <span class="text">{text}</span>
    </div>
  )
}
