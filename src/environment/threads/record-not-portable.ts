import { nodeOf, type Plan } from '../../compiler/plan.ts'
import { excerpt } from '../../errors/excerpt.ts'
import { reasonOf } from '../../errors/reason-of.ts'
import { RecordNotPortableError } from '../../errors/thread-errors.ts'

/** Says which of the records that an operator sent to another thread cannot go there. */
export function recordNotPortable(
  plan: Plan,
  from: string,
  records: readonly unknown[],
  error: unknown,
): RecordNotPortableError {
  const { name, site } = nodeOf(plan, from).transformation
  const record = records.find((one) => !isPortable(one))
  return new RecordNotPortableError(
    `A record of '${name}' cannot be sent to another thread: ${reasonOf(error)}`,
    {
      operator: name,
      site,
      record: excerpt(record),
      remedy:
        'Let operators on both sides be in the same place, or emit plain data: no functions, and instances of classes arrive as plain objects.',
    },
  )
}

function isPortable(record: unknown): boolean {
  try {
    structuredClone(record)
    return true
  } catch {
    return false
  }
}
