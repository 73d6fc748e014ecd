import type { MsgHdrs } from '@nats-io/transport-node'
import type { Stored } from '../jetstream.ts'
import { asWord, fromWord } from '../names.ts'

/** The last message of a region's control subject: who has the region, and what it has committed. */
export interface Control {
  /** Null: the region has not committed yet. */
  readonly record: Uint8Array | null
  readonly epoch: number
  /** Of the claim and of each commit another. Says whose message it is when an answer was lost. */
  readonly id: string
  readonly owner: string
  /** What was staged by whoever has the region, or had it before, and is not in a commit. */
  readonly loose: Loose
  /** Blobs that nobody needs, and that may still be there. */
  readonly obsolete: readonly string[]
}

/** Everything that was staged with a number from `next` on, and what is in the list. */
export interface Loose {
  /** Of the claim that has staged it. */
  readonly epoch: number
  readonly next: number
  readonly numbers: readonly number[]
}

export function setHeaders(headers: MsgHdrs, control: Control): void {
  const { epoch, id, owner, loose, obsolete, record } = control
  headers.set('Mr-Epoch', String(epoch))
  headers.set('Mr-Id', id)
  headers.set('Mr-Owner', encodeURIComponent(owner))
  headers.set('Mr-Loose', [loose.epoch, loose.next, ...rangesOf(loose.numbers)].join(' '))
  if (obsolete.length > 0) headers.set('Mr-Obsolete', obsolete.map(asWord).join(' '))
  if (record === null) headers.set('Mr-Empty', '1')
}

export function controlOf({ headers, bytes }: Stored): Control {
  const list = (name: string): string[] => (headers.get(name) ?? '').split(' ').filter((word) => word !== '')
  const [epoch, next, ...ranges] = list('Mr-Loose')
  return {
    record: headers.has('Mr-Empty') ? null : bytes,
    epoch: Number(headers.get('Mr-Epoch')),
    id: headers.get('Mr-Id') ?? '',
    owner: decodeURIComponent(headers.get('Mr-Owner') ?? ''),
    loose: { epoch: Number(epoch), next: Number(next), numbers: ranges.flatMap(numbersOf) },
    obsolete: list('Mr-Obsolete').map(fromWord),
  }
}

/** Growing numbers as `3-7` and `9`: headers have little room. */
function rangesOf(numbers: readonly number[]): readonly string[] {
  const ranges: string[] = []
  for (let i = 0; i < numbers.length; i++) {
    const first = numbers[i]!
    while (numbers[i + 1] === numbers[i]! + 1) i++
    ranges.push(first === numbers[i] ? `${first}` : `${first}-${numbers[i]}`)
  }
  return ranges
}

function numbersOf(range: string): readonly number[] {
  const [first = 0, last = first] = range.split('-').map(Number)
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}
