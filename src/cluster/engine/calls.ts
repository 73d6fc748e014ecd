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
   * Answers calls of a subject. Each of several that serve one gets every call, and the first answer counts: one that is
   * cut off, or to serve no more and does not know it, keeps calls from nobody.
   * @param answer must not reject: what goes wrong is part of its answer.
   */
  serve(subject: string, answer: (bytes: Uint8Array) => Promise<Uint8Array>): Served
}
