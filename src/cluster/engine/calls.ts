/** Somebody who answers calls. */
export interface Served {
  /** Answers no more; calls under way are still answered. */
  close(): Promise<void>
}

/** Questions and answers between processes, without memory: who is not there misses them. */
export interface Calls {
  /**
   * @param subject words with dots between them
   * @param timeout milliseconds
   * @throws NobodyAnsweredError when nobody serves it, or the answer does not come in time.
   */
  call(subject: string, bytes: Uint8Array, timeout: number): Promise<Uint8Array>
  /**
   * Answers calls of a subject; of several processes that serve one, any gets a call.
   * @param answer must not reject: what goes wrong is part of its answer.
   */
  serve(subject: string, answer: (bytes: Uint8Array) => Promise<Uint8Array>): Served
}
