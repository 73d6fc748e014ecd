import { checkPositiveInteger } from '../graph/check-number.ts'
import { invalidArgument } from '../graph/invalid-argument.ts'

/**
 * How far a checkpoint has come when the job is killed:
 * - `begun`: no operator has seen its barrier
 * - `captured`: the first operator's state is captured and being written; others may not have seen the barrier
 * - `written`: all state is written, and the checkpoint is not yet safe: it is lost
 * - `safe`: it is safe, and no sink knows of it
 */
export type CrashPhase = 'begun' | 'captured' | 'written' | 'safe'

export const crashPhases: readonly CrashPhase[] = ['begun', 'captured', 'written', 'safe']

/** A number, or the largest of the numbers from 1 on that it is drawn from. */
export type Drawn = number | { readonly upTo: number }

/** Where a fault plan has the job crash, once. */
export type CrashPoint =
  | { readonly at: 'barrier'; readonly barrier: Drawn; readonly phase: CrashPhase | undefined }
  | { readonly at: 'record'; readonly record: Drawn }

/**
 * Kills the job at its n-th checkpoint, counted over restarts, savepoints included.
 * @param barrier n, the first being 1; or `{ upTo: n }`, drawn from the plan's seed.
 * @param phase how far the checkpoint has come then; default: drawn from the seed.
 */
export function crashAtBarrier(barrier: Drawn, phase?: CrashPhase): CrashPoint {
  checkDrawn('crashAtBarrier', 'barrier', barrier)
  if (phase === undefined || crashPhases.includes(phase)) return { at: 'barrier', barrier, phase }
  throw invalidArgument(
    'crashAtBarrier',
    `there is no phase ${String(phase)}`,
    `pass ${crashPhases.join(', ')}`,
  )
}

/**
 * Kills the job at the n-th call of the functions the plan has wrapped, counted over restarts, in place of the call.
 * @param record n, the first being 1; or `{ upTo: n }`, drawn from the plan's seed.
 */
export function crashAtRecord(record: Drawn): CrashPoint {
  checkDrawn('crashAtRecord', 'record', record)
  return { at: 'record', record }
}

/** A crash point, its chances drawn. */
export type DrawnCrash =
  | { readonly at: 'barrier'; readonly barrier: number; readonly phase: CrashPhase }
  | { readonly at: 'record'; readonly record: number }

export function drawCrash(point: CrashPoint, random: () => number): DrawnCrash {
  const draw = (from: Drawn): number =>
    typeof from === 'number' ? from : 1 + Math.floor(random() * from.upTo)
  if (point.at === 'record') return { at: 'record', record: draw(point.record) }
  const { barrier, phase = crashPhases[Math.floor(random() * crashPhases.length)]! } = point
  return { at: 'barrier', barrier: draw(barrier), phase }
}

export function describeCrash(crash: DrawnCrash): string {
  if (crash.at === 'record') return `at record ${crash.record}`
  return `at barrier ${crash.barrier}, the checkpoint being ${crash.phase}`
}

function checkDrawn(operator: string, what: string, drawn: Drawn): void {
  if (typeof drawn === 'number') checkPositiveInteger(operator, what, drawn)
  else checkPositiveInteger(operator, `${what}.upTo`, (Object(drawn) as { upTo?: unknown }).upTo)
}
