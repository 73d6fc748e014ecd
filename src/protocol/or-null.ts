import { z } from 'zod'

/**
 * What has a name in the OpenAPI document, or null. `nullable()` would make null part of the named schema itself, for
 * all who refer to it.
 */
export const orNull = <T>(schema: z.ZodType<T>): z.ZodType<T | null> => z.union([schema, z.null()])
