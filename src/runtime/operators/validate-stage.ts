import { SchemaError } from '../../errors/schema-error.ts'
import type { StandardIssue, StandardResult, StandardSchema } from '../../functions/standard-schema.ts'
import type { ValidateNode } from '../../graph/transformation.ts'
import { isThenable } from '../../util/is-thenable.ts'
import { CallContext } from '../task/call-context.ts'
import type { Stage } from '../task/stage.ts'
import type { StageEnvironment } from './stage-environment.ts'

/** Passes what the schema accepts, as the schema returns it. */
export function validateStage(node: ValidateNode, given: unknown, env: StageEnvironment): Stage {
  const schema = (given as StandardSchema)['~standard']
  const call = (value: unknown): unknown => {
    const result = schema.validate(value)
    return isThenable(result) ? Promise.resolve(result).then(accept) : accept(result)
  }
  return {
    node,
    book: env.book,
    mode: 'accumulate',
    takes: 'internal',
    call,
    context: new CallContext(env.scope),
  }
}

function accept(result: StandardResult<unknown>): unknown {
  if (result.issues === undefined) return result.value
  throw new SchemaError(
    `The record does not pass the schema: ${result.issues.map(describe).join('; ')}`,
    result.issues,
    {
      remedy: "Mend the producer, or give validate onError: 'skip' or 'dead-letter'.",
    },
  )
}

function describe({ message, path }: StandardIssue): string {
  const at = (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
  return at === '' ? message : `${at}: ${message}`
}
