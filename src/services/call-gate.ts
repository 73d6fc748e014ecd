/** Why a service takes no calls, as the end of a sentence that begins with "it". */
export interface Closure {
  readonly state: string
  readonly remedy?: string
  readonly cause?: unknown
}

/** What the calls of a service go through, as its lifecycle opens and closes it. */
export interface CallGate {
  /** The call whose method is on the stack right now. */
  readonly entering: { readonly signal: AbortSignal } | undefined
  /** From here on calls are taken. */
  open(instance: object): void
  /** From here on calls are refused. Those in flight go on. */
  close(closure: Closure): void
  /** Aborts every call that has no answer yet. */
  giveUp(closure: Closure): void
}
