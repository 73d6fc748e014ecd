import type { JoinNode } from '../../graph/transformation.ts'
import { isThenable } from '../../util/is-thenable.ts'
import { KeyedMap } from '../keys/keyed-map.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

type Join = (left: unknown, right: unknown, key: unknown) => unknown

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
  const pairings = new KeyedMap<Pairing>()
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
    let pairing = pairings.get(key)
    if (pairing === undefined) {
      pairing = { sides: [[], []] }
      pairings.set(key, pairing)
    }
    const own: Side = { value, matched: false }
    const others = pairing.sides[1 - input] as Side[]
    ;(pairing.sides[input] as Side[]).push(own)
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

/** What the function is called with for each record without a partner. */
function* singles(pairings: KeyedMap<Pairing>, type: 'left' | 'full'): Generator<Single> {
  for (const [key, { sides }] of pairings.entries()) {
    pairings.delete(key)
    for (const { matched, value } of sides[0]) if (!matched) yield [value, undefined, key]
    if (type !== 'full') continue
    for (const { matched, value } of sides[1]) if (!matched) yield [undefined, value, key]
  }
}

/** Passes what a join function gives: nothing for undefined, and the value of a promise. */
class JoinedIterator implements Iterable<unknown> {
  readonly #pull: () => { readonly joined: unknown } | null

  constructor(pull: () => { readonly joined: unknown } | null) {
    this.#pull = pull
  }

  [Symbol.iterator](): Iterator<unknown> {
    // The loop takes steps that are promises from any iterator.
    return this as unknown as Iterator<unknown>
  }

  next(): IteratorResult<unknown> | PromiseLike<IteratorResult<unknown>> {
    for (;;) {
      const pulled = this.#pull()
      if (pulled === null) return { done: true, value: undefined }
      const { joined } = pulled
      if (isThenable(joined)) {
        return Promise.resolve(joined).then((value) =>
          value === undefined ? this.next() : { done: false, value },
        )
      }
      if (joined !== undefined) return { done: false, value: joined }
    }
  }
}
