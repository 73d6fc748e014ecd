import { STATE, type StateDescriptors } from './state-descriptors.ts'

/** How an operator is used whose function may declare state or timers. */
export interface OperatorUse {
  readonly kind: string
  readonly keyed: boolean
  /** Its calls may overlap, or are timed. */
  readonly pooled: boolean
}

/** Why that cannot work, and what to do. */
export interface StateMisuse {
  readonly message: string
  readonly remedy: string
}

const stateful: readonly string[] = ['map', 'flatMap', 'filter', 'process']

/**
 * The state an object declares, or null. A property `state` that holds no descriptors is the user's own; one that holds
 * some and others counts, so that `stateMisuse` can tell.
 */
export function declaredState(instance: unknown): StateDescriptors | null {
  if (typeof instance !== 'object' || instance === null) return null
  const { state } = instance as { state?: unknown }
  if (typeof state !== 'object' || state === null) return null
  return Object.values(state).some(isDescriptor) ? (state as StateDescriptors) : null
}

/** Whether an object has timers: for `process` only. */
export function hasTimers(kind: string, instance: unknown): boolean {
  if (kind !== 'process' || typeof instance !== 'object' || instance === null) return false
  return typeof (instance as { onTimer?: unknown }).onTimer === 'function'
}

/** What is wrong with the state and timers of this object, or of the instances of a class with this prototype. */
export function stateMisuse({ kind, keyed, pooled }: OperatorUse, instance: unknown): StateMisuse | null {
  const state = declaredState(instance)
  const timers = hasTimers(kind, instance)
  if (state === null && !timers) return null
  if (!stateful.includes(kind)) {
    return { message: `a ${kind} has no keyed state`, remedy: `declare state in ${stateful.join(', ')}` }
  }
  if (!keyed) {
    const what = state === null ? 'timers' : 'state'
    return {
      message: `this ${kind} has ${what}, but its stream has no key`,
      remedy: `call keyBy right before it: ${what} belong${state === null ? '' : 's'} to a key`,
    }
  }
  const stray = Object.entries(state ?? {}).find(([, descriptor]) => !isDescriptor(descriptor))
  if (stray !== undefined) {
    return {
      message: `"${stray[0]}" in the state of this ${kind} is no descriptor`,
      remedy: 'make it with valueState, listState, mapState or reducingState, or keep it elsewhere',
    }
  }
  if (!timers || !pooled) return null
  return {
    message: 'timers go with calls one at a time, and these may overlap or are cut short',
    remedy: 'leave out concurrency and timeout, or call what is slow in a map before',
  }
}

function isDescriptor(value: unknown): boolean {
  return typeof value === 'object' && value !== null && STATE in value
}
