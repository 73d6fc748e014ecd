import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** A record did not pass the schema given to `validate`. `issues` are the schema library's own. */
export class SchemaError extends MillraceError {
  readonly issues: readonly { readonly message: string }[]

  constructor(message: string, issues: readonly { readonly message: string }[], details: ErrorDetails = {}) {
    super('ERR_SCHEMA', message, details)
    this.issues = issues
  }
}
