import type { JoinType } from '../../functions/join-function.ts'
import type { WindowLogic } from '../windows/window-logic.ts'
import { Breather, type Join, type Joined, JoinedIterator } from './joined-iterator.ts'

/** A record on its way into a window. */
export interface Incoming {
  readonly value: unknown
  readonly input: number
}

/** A record in a window. */
interface Member {
  readonly value: unknown
  /** The start of the window whose firing has shown it last; null: none has. */
  shown: number | null
}

/** What a window holds, by input. Plain data. */
type Members = readonly [left: Member[], right: Member[]]

/**
 * What windows do that join: they keep the records, and when they fire, give what the function makes of each pair that
 * no firing has shown before. Sessions that become one show the pairs across them.
 */
export function windowPairing(type: JoinType, join: Join): WindowLogic {
  const add = (members: unknown, incoming: unknown): unknown => {
    const { value, input } = incoming as Incoming
    ;(members as Members)[input as 0 | 1].push({ value, shown: null })
    return members
  }
  return {
    first: (incoming) => add([[], []], incoming),
    add,
    merge: (members, other) => {
      for (const input of [0, 1] as const) {
        for (const member of (other as Members)[input]) (members as Members)[input].push(member)
      }
      return members
    },
    result: () => undefined,
    outputs: ({ accumulator, window }) => {
      const members = accumulator as Members
      const call = (left: unknown, right: unknown): Joined => ({ joined: join(left, right, window.key) })
      const fresh = freshPairs(members, members.map(shownBefore), type, call)
      for (const side of members) for (const member of side) member.shown = window.start
      return new JoinedIterator(() => fresh.next().value ?? null)
    },
  }
}

function shownBefore(side: readonly Member[]): (number | null)[] {
  return side.map(({ shown }) => shown)
}

/** Calls for the pairs of which not both were shown by one firing, with breaks. */
function* freshPairs(
  [lefts, rights]: Members,
  [leftShown = [], rightShown = []]: readonly (number | null)[][],
  type: JoinType,
  call: (left: unknown, right: unknown) => Joined,
): Generator<Joined, undefined> {
  const breather = new Breather()
  for (const [i, { value: left }] of lefts.entries()) {
    const shown = leftShown[i] as number | null
    if (rights.length === 0 && type !== 'inner' && shown === null) yield call(left, undefined)
    for (const [j, { value: right }] of rights.entries()) {
      if (shown === null || shown !== rightShown[j]) yield call(left, right)
      else {
        const rest = breather.take()
        if (rest !== null) yield rest
      }
    }
  }
  if (lefts.length > 0 || type !== 'full') return
  for (const [j, { value: right }] of rights.entries()) {
    if (rightShown[j] === null) yield call(undefined, right)
  }
}
