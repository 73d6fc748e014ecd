/** What a command says to whoever called it. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
} as const

/** Of `jobmanager status`: as init scripts have it. */
export const statusExitCodes = {
  running: 0,
  /** It has ended without being stopped. */
  died: 1,
  stopped: 3,
  /** Its process is there, but does not answer, or not yet, or not any more. */
  unknown: 4,
} as const
