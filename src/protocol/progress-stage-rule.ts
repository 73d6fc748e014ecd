import { z } from 'zod'

/** What lines of a log say of what a job does. Rules are data: words, and no patterns that could take for ever. */
export interface StageRule {
  /** What the job is said to do, as `Training`. */
  readonly stage: string
  /**
   * Beginnings of words, in any case: `step` is found in `Steps` and `global_step`, not in `footsteps`. Several words
   * with blanks between them stand together in the line, too. A figure behind an earlier one goes before that behind a
   * later one.
   */
  readonly words: readonly string[]
  /** Whether a figure behind one of the words, as in `step 1500/5000`, says how far the job is. Default false. */
  readonly progress?: boolean | undefined
}

/** Bounds of what is looked for in every line. */
const MOST_RULES = 16
const MOST_WORDS = 8
const LONGEST = 60

const wordSchema = z
  .string()
  .trim()
  .max(LONGEST)
  .regex(/^[\p{L}\p{N}]/u, 'begins with a letter or a digit')

export const stageRuleSchema: z.ZodType<StageRule> = z
  .strictObject({
    stage: z.string().trim().min(1).max(LONGEST).meta({ description: 'What the job is said to do.' }),
    words: z
      .array(wordSchema)
      .min(1)
      .max(MOST_WORDS)
      .meta({ description: 'Beginnings of words, in any case.' }),
    progress: z.boolean().optional().meta({
      description: 'Whether a figure behind one of the words says how far the job is.',
    }),
  })
  .meta({ id: 'StageRule' })

/** As users give them: for all jobs that run elsewhere, or for those of one provider. None: no stage is ever told. */
export const stageRulesSchema: z.ZodType<readonly StageRule[]> = z.array(stageRuleSchema).max(MOST_RULES)
