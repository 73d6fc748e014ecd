import { type ErrorDetails, MillraceError } from './millrace-error.ts'

/** A program cannot be made into a bundle that runs elsewhere. Says what is in the way, and how to ship it. */
export class BundleError extends MillraceError {
  /** What is in the way, one each: `file:line: what`. */
  readonly problems: readonly string[]

  constructor(
    message: string,
    problems: readonly string[] = [],
    details: ErrorDetails = {},
    code = 'ERR_BUNDLE',
  ) {
    super(
      code,
      problems.length === 0 ? message : `${message}\n${problems.map((one) => `  - ${one}`).join('\n')}`,
      details,
    )
    this.problems = problems
  }
}

/** A program uses packages with parts made for one platform, which no bundle can carry. */
export class NativeModuleError extends BundleError {
  /** Names of the packages. */
  readonly packages: readonly string[]

  constructor(
    message: string,
    packages: readonly string[],
    problems: readonly string[],
    details: ErrorDetails = {},
  ) {
    super(message, problems, details, 'ERR_NATIVE_MODULE')
    this.packages = packages
  }
}
