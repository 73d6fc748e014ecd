import type { z } from '@hono/zod-openapi'
import { Refusal } from './refusal.ts'

/** Fields that a problem names. */
const MOST_FIELDS = 100

type Checked =
  | { readonly target: string; readonly success: true }
  | { readonly target: string; readonly success: false; readonly error: Pick<z.ZodError, 'issues'> }

/** What is called with each part of a request that was checked. Values are not repeated: they may be secrets. */
export function refuseInvalid(checked: Checked): void {
  if (checked.success) return
  const errors = checked.error.issues.slice(0, MOST_FIELDS).map(({ path, message }) => ({
    path: path.map(String).join('.'),
    message,
  }))
  const status = checked.target === 'json' ? 422 : 400
  const part = parts[checked.target] ?? checked.target
  throw new Refusal(status, 'ERR_INVALID_ARGUMENT', `The ${part} is not what it should be.`, {
    errors,
  })
}

const parts: Readonly<Record<string, string>> = {
  json: 'body',
  param: 'path',
  header: 'headers',
}
