import type { Problem } from '../../protocol/problem.ts'

/** A request that was refused, or that did not reach the server. */
export class ApiError extends Error {
  /** Of the answer; 0: there was none. */
  readonly status: number
  readonly problem: Problem | null

  constructor(status: number, problem: Problem | null, message: string) {
    super(message)
    this.name = 'ApiError'
    this.status = status
    this.problem = problem
  }
}

/** What people are told of something that went wrong. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError && error.problem !== null) {
    const { detail, remedy } = error.problem
    return remedy === undefined ? detail : `${detail} ${remedy}`
  }
  return error instanceof Error ? error.message : String(error)
}
