import { z } from 'zod'

/** A part of a list. */
export interface Page<T> {
  readonly items: readonly T[]
  /** Pass it back for what comes next; null: that was all. */
  readonly next: string | null
  /** How many there are in all, over every page. */
  readonly total: number
}

export const pageSchema = <T>(item: z.ZodType<T>): z.ZodType<Page<T>> =>
  z.object({ items: z.array(item), next: z.string().nullable(), total: z.number().int().nonnegative() })
