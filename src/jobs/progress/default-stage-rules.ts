import type { StageRule } from '../../protocol/progress-stage-rule.ts'

/** What programs that train models write, and many others. */
export const defaultStageRules: readonly StageRule[] = [
  { stage: 'Preprocessing', words: ['preprocessing', 'loading'] },
  { stage: 'Warmup', words: ['warming up', 'warmup'] },
  { stage: 'Training', words: ['step', 'epoch'], progress: true },
  { stage: 'Validation', words: ['validat'] },
  { stage: 'Saving checkpoint', words: ['checkpoint'] },
]
