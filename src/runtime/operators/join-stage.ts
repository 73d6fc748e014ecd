import type { JoinNode } from '../../graph/transformation.ts'
import type { StateTable } from '../state/state-table.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import { type Join, JoinedIterator } from './joined-iterator.ts'
import type { StageEnvironment } from './stage-environment.ts'

type Single = Parameters<Join>

interface Side {
  readonly value: unknown
  matched: boolean
}

/** What a key has received on both inputs: the state of the join, which is meant to grow with its inputs. */
interface Pairing {
  readonly sides: readonly [left: Side[], right: Side[]]
}

/**
 * A symmetric hash join of two keyed inputs: each record meets all of the other side's so far, and stays for those to
 * come. Records without a partner are let through at the end, as the type of the join says.
 */
export function joinStage(node: JoinNode, given: unknown, env: StageEnvironment): Stage {
  const { join } = given as { readonly join: Join }
  const pairings = env.state.table<Pairing>('pairings')
  /** Goes on behind a record that the function threw on, where the error policy gives that one up. */
  let rest: Iterator<Single> | null = null
  const end = (): Iterable<unknown> | undefined => {
    if (node.type === 'inner' || (rest === null && pairings.size === 0)) return undefined
    const left = (rest ??= singles(pairings, node.type))
    return new JoinedIterator(() => {
      const step = left.next()
      if (step.done !== true) return { joined: join(...step.value) }
      rest = null
      return null
    })
  }
  const call = (value: unknown, key: unknown, input: number): Iterable<unknown> | undefined => {
    let cell = pairings.cell(key)
    if (cell === undefined) cell = pairings.insert(key, { sides: [[], []] })
    // Covers the partners, too: they are marked before the next record comes.
    else if (cell.epoch !== pairings.epoch) pairings.touch(cell)
    const own: Side = { value, matched: false }
    const others = cell.value.sides[1 - input] as Side[]
    ;(cell.value.sides[input] as Side[]).push(own)
    return others.length === 0 ? undefined : matches(own, others, input, key, join)
  }
  return {
    node,
    book: env.book,
    mode: 'many',
    takes: 'internal',
    call,
    context: new CallContext(env.scope),
    end,
    close: () => pairings.clear(),
  }
}

/** Yields what the function gives for the record and each partner it has had. */
function matches(
  own: Side,
  others: readonly Side[],
  input: number,
  key: unknown,
  join: Join,
): Iterable<unknown> {
  own.matched = true
  const count = others.length
  let i = 0
  return new JoinedIterator(() => {
    if (i === count) return null
    const other = others[i++] as Side
    other.matched = true
    return { joined: input === 0 ? join(own.value, other.value, key) : join(other.value, own.value, key) }
  })
}

/**
 * What the function is called with for each record without a partner. A record is marked before it is let through, so
 * that a checkpoint between two of a key has each of them once.
 */
function* singles(pairings: StateTable<Pairing>, type: 'left' | 'full'): Generator<Single> {
  for (const cell of pairings.cells()) {
    const { key, value } = cell
    for (const [input, side] of value.sides.entries()) {
      if (input === 1 && type !== 'full') continue
      for (const own of side) {
        if (own.matched) continue
        if (cell.epoch !== pairings.epoch) pairings.touch(cell)
        own.matched = true
        yield input === 0 ? [own.value, undefined, key] : [undefined, own.value, key]
      }
    }
    pairings.delete(key)
  }
}
