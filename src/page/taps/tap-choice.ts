import type { TapPoint } from '../../runtime/taps/tap-point.ts'

/** A point as it is offered beside an operator. */
export interface TapChoice {
  readonly id: string
  readonly text: string
}

export interface TapChoices {
  /** At the operator itself. */
  readonly own: readonly TapChoice[]
  /** Elsewhere in the job. */
  readonly others: readonly TapChoice[]
}

/** Where records can be looked at, seen from one operator: what it gives first. */
export function tapChoices(
  node: string,
  points: readonly TapPoint[],
  nameOf: (node: string) => string,
): TapChoices {
  const given = points.filter(({ from }) => from === node)
  const taken = points.filter(({ to }) => to === node)
  const rest = points.filter(({ from, to }) => from !== node && to !== node)
  return {
    own: [
      ...given.map(({ id, to }) => ({
        id,
        text: to === null ? 'what it gives, wherever it goes' : `what it gives to ${nameOf(to)}`,
      })),
      ...taken.map(({ id, from }) => ({ id, text: `what it gets from ${nameOf(from)}` })),
    ],
    others: rest.map(({ id, from, to }) => ({
      id,
      text: to === null ? `what ${nameOf(from)} gives` : `${nameOf(from)} to ${nameOf(to)}`,
    })),
  }
}
