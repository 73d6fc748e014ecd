import type { Stage } from '../task/stage.ts'

/** A method of a `process` object, for the testing kit: told how far event time has come, until the end of the input. */
export const watermarkListener: unique symbol = Symbol.for('millrace.watermarkListener')

/** The stage, telling its object of every watermark, if that listens. */
export function listening(stage: Stage, instance: unknown): Stage {
  const listener = Object(instance) as { readonly [watermarkListener]?: (time: number) => void }
  if (listener[watermarkListener] === undefined) return stage
  const told: Stage & { dueAt: number } = {
    ...stage,
    // The next watermark, whatever it is: the strand looks at event time after every record.
    dueAt: -Number.MAX_VALUE,
    advance: (time) => {
      if (time >= told.dueAt && time !== Infinity) listener[watermarkListener]?.(time)
      told.dueAt = time + Math.abs(time) * Number.EPSILON + Number.MIN_VALUE
      return undefined
    },
  }
  return told
}
