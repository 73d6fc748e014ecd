import { z } from 'zod'

/** A moment, as it is written on the wire. */
export const timeSchema: z.ZodString = z
  .string()
  .meta({ description: 'ISO 8601, in UTC.', examples: ['2025-01-31T12:00:00.000Z'] })

/** Marks numbers of options that are milliseconds: in files that people write they are seconds. */
export const inMilliseconds = { unit: 'ms' } as const

/** A SHA-256, in hexadecimal digits. */
export const hashSchema: z.ZodString = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a SHA-256 in 64 hexadecimal digits')
  .meta({ id: 'Hash', description: 'SHA-256 of the bytes, in hexadecimal digits.' })
