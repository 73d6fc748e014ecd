import type { Waker } from '../flow-control/channel.ts'
import type { MarkerCue } from './marker-cue.ts'
import type { StrandCheckpoints } from './strand-checkpoints.ts'
import type { StrandTeardown } from './strand-teardown.ts'
import type { Waits } from './waits.ts'

/** What the work of a strand belongs to. */
export interface Workplace {
  readonly teardown: StrandTeardown
  readonly checkpoints: StrandCheckpoints
  readonly waits: Waits
  readonly cue: MarkerCue
  /** The strand: it is woken when there may be something to do. */
  readonly waker: Waker
  /** The head has ended, stages have emitted all they had, and the last record is out. */
  readonly drained: () => void
}
