import type { JSX } from 'preact'
import type { DeadLetterInfo } from '../../protocol/dead-letters.ts'
import { formatCount } from '../format/format.ts'
import { TableFrame } from '../ui/table-frame.tsx'
import { obstacles, standingOf } from './letter-words.ts'

interface LetterTableProps {
  readonly letters: readonly DeadLetterInfo[]
  readonly chosen: ReadonlySet<number>
  readonly opened: number | null
  readonly onChoose: (letters: readonly DeadLetterInfo[], isChosen: boolean) => void
  readonly onOpen: (id: number) => void
}

/** A page of letters, the newest first. */
export function LetterTable({ letters, chosen, opened, onChoose, onOpen }: LetterTableProps): JSX.Element {
  const free = letters.filter(({ state }) => state === 'kept')
  const areAll = free.length > 0 && free.every(({ id }) => chosen.has(id))
  return (
    <TableFrame label="Dead letters">
      <table class="table letters">
        <caption class="hidden">Dead letters, the newest first</caption>
        <thead>
          <tr>
            <th scope="col">
              <input
                type="checkbox"
                aria-label="Choose all that are shown"
                checked={areAll}
                onChange={(event) => onChoose(free, event.currentTarget.checked)}
              />
            </th>
            <th scope="col">Given up</th>
            <th scope="col">Operator</th>
            <th scope="col">Record</th>
            <th scope="col">Error</th>
            <th scope="col" class="number">
              Attempts
            </th>
            <th scope="col" class="number">
              Replays
            </th>
            <th scope="col">State</th>
            <th scope="col">
              <span class="hidden">What to do</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {letters.map((letter) => (
            <tr key={letter.id} class={chosen.has(letter.id) ? 'chosen' : undefined}>
              <td>
                <input
                  type="checkbox"
                  aria-label={`Choose letter ${letter.id}`}
                  checked={chosen.has(letter.id)}
                  disabled={letter.state !== 'kept'}
                  onChange={(event) => onChoose([letter], event.currentTarget.checked)}
                />
              </td>
              <td>
                <time dateTime={letter.at}>{new Date(letter.at).toLocaleString()}</time>
              </td>
              <th scope="row" class="text operator" title={letter.operator}>
                {letter.operator}
              </th>
              <td class="text record">{letter.text}</td>
              <td class="text">{letter.error.message}</td>
              <td class="number">{formatCount(letter.attempts)}</td>
              <td class="number">{letter.replays === 0 ? '–' : formatCount(letter.replays)}</td>
              <td title={letter.obstacle === null ? undefined : obstacles[letter.obstacle]}>
                {standingOf(letter)}
              </td>
              <td>
                <button type="button" aria-expanded={opened === letter.id} onClick={() => onOpen(letter.id)}>
                  Open<span class="hidden"> letter {letter.id}</span>
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}
