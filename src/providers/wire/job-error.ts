import type { WireError } from '../../protocol/wire-error.ts'

/** Characters of it that are kept. */
const LONGEST = 4_096

/** Why a job failed, in the words of its provider. */
export function jobError(message: string, fields?: WireError['fields'], name = 'ForeignJobError'): WireError {
  const text = message.length <= LONGEST ? message : `${message.slice(0, LONGEST - 1)}…`
  return { name, lineage: [], message: text, ...(fields === undefined ? {} : { fields }) }
}
