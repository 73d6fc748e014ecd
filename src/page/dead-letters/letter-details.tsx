import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { DeadLetterDetail } from '../../protocol/dead-letters.ts'
import type { Session } from '../link/session.ts'
import { useAnswer } from '../link/use-answer.ts'
import { formatCount, formatEventTime } from '../format/format.ts'
import { Button } from '../ui/button.tsx'
import { type Fact, Facts } from '../ui/facts.tsx'
import { obstacles } from './letter-words.ts'

interface LetterDetailsProps {
  readonly session: Session
  /** Of the letters of the job. */
  readonly path: string
  readonly id: number
  readonly onClose: () => void
}

/** All that is known of one letter: its record at length, and what went wrong. */
export function LetterDetails({ session, path, id, onClose }: LetterDetailsProps): JSX.Element {
  const { value, trouble } = useAnswer<DeadLetterDetail>(session, `${path}/${id}`)
  const letter = value.value
  const heading = useRef<HTMLHeadingElement>(null)
  // It is above the table that it was opened from.
  useEffect(() => heading.current?.focus(), [])
  return (
    <section class="letter error-box" aria-label={`Dead letter ${id}`}>
      <div class="letter-head">
        <h2 ref={heading} tabindex={-1}>
          Dead letter {id}
        </h2>
        <Button onClick={onClose}>Close</Button>
      </div>
      {trouble.value === null ? null : <p class="trouble">{trouble.value}</p>}
      {letter === null ? null : <Known letter={letter} />}
    </section>
  )
}

function Known({ letter }: { readonly letter: DeadLetterDetail }): JSX.Element {
  const { error, cause, stack, key, eventTime, replayOf, replays, obstacle, record } = letter
  const facts: readonly Fact[] = [
    ['Operator', `${letter.operator}, subtask ${letter.subtask}`],
    ['Key', key],
    ['Event time', eventTime === null ? null : formatEventTime(eventTime)],
    ['Replayed before', replays === 0 ? null : replays === 1 ? 'once' : `${formatCount(replays)} times`],
    ['Replayed from', replayOf === null ? null : `letter ${replayOf}`],
    ['Cause', cause],
    ['Cannot be replayed', obstacle === null ? null : obstacles[obstacle]],
  ]
  return (
    <>
      <p class="error-name">
        {error.name} {error.code === null ? null : <code>{error.code}</code>}
      </p>
      <pre class="message">{error.message}</pre>
      <Facts facts={facts} />
      <h3>Record</h3>
      <pre class="message" tabindex={0} role="region" aria-label="Record">
        {record}
      </pre>
      {stack === null ? null : (
        <details>
          <summary>Stack</summary>
          <pre class="stack">{stack}</pre>
        </details>
      )}
    </>
  )
}
