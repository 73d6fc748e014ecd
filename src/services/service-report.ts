/** How the teardown of one service went. */
export interface ServiceReport {
  readonly name: string
  /** It had started, and its `stop` succeeded or it has none. */
  readonly stopped: boolean
  /** It had been made, and its `cleanup` succeeded or it has none. */
  readonly cleaned: boolean
  /** Its process had to be killed. Never true of a service in this process. */
  readonly killed: boolean
  /** What went wrong while it came up or went down, one clause per failure. */
  readonly error?: string
}
