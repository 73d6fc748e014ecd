import { OperatorState } from '../state/operator-state.ts'
import { StateCapture } from '../state/state-capture.ts'
import type { StatePlaces } from './checkpoint-host.ts'
import type { LedgerEntry } from './ledger.ts'

/** What one strand gives to a checkpoint for one operator in one subtask. */
export interface OperatorPart {
  readonly stateId: string
  readonly subtask: number
  readonly ended: boolean
  readonly book: Readonly<Record<string, number>>
  readonly state: StateCapture
}

const nothing = new StateCapture(new Map(), new Map())

/** The names of all state in a ledger. */
export function placesOf(ledger: readonly LedgerEntry[]): readonly StatePlaces[] {
  return ledger.map(({ stateId, state }) => ({
    stateId,
    names: state instanceof OperatorState ? [...state.names] : [],
  }))
}

/**
 * A strand at a barrier. @param whole even what has not changed since the last checkpoint.
 * @throws StateSaveError, with nothing left captured.
 */
export function partsAtBarrier(ledger: readonly LedgerEntry[], whole: boolean): OperatorPart[] {
  const parts: OperatorPart[] = []
  try {
    for (const entry of ledger) {
      const { stateId, subtask, state } = entry
      const captured = state instanceof OperatorState ? state.capture(whole) : nothing
      parts.push({ stateId, subtask, ended: false, book: entry.total(), state: captured })
    }
  } catch (error) {
    for (const { state } of parts) state.abort()
    throw error
  }
  return parts
}

/** A strand that has ended: its keyed state has served its purpose. @throws StateSaveError */
export function partsAtEnd(ledger: readonly LedgerEntry[]): OperatorPart[] {
  return ledger.map((entry) => {
    const { stateId, subtask, state } = entry
    const values = state instanceof OperatorState ? state.captureValues() : new Map<string, Uint8Array>()
    const kept = new StateCapture(values, new Map())
    return { stateId, subtask, ended: true, book: entry.total(), state: kept }
  })
}
