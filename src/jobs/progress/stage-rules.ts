import { InvalidArgumentError } from '../../errors/invalid-argument-error.ts'
import { type StageRule, stageRulesSchema } from '../../protocol/progress-stage-rule.ts'

/** Which lines of jobs elsewhere say what. */
export interface StageRules {
  /** For the jobs of every provider. Default: `defaultStageRules`. */
  readonly all?: readonly StageRule[] | undefined
  /** Instead of these, for the jobs of one; by its name. */
  readonly byProvider?: Readonly<Record<string, readonly StageRule[]>> | undefined
}

/** Rules as a server is told of them. @throws InvalidArgumentError for what are none. */
export function resolveStageRules(
  all: readonly StageRule[] | undefined,
  providers: readonly { readonly name: string; readonly stageRules?: readonly StageRule[] | undefined }[],
): StageRules {
  const own = providers.flatMap(({ name, stageRules }) =>
    stageRules === undefined
      ? []
      : [[name, checked(stageRules, `The stageRules of the provider ${name}`)] as const],
  )
  return {
    all: all === undefined ? undefined : checked(all, 'The stageRules'),
    byProvider: Object.fromEntries(own),
  }
}

function checked(rules: readonly StageRule[], what: string): readonly StageRule[] {
  const { success, data, error } = stageRulesSchema.safeParse(rules)
  if (success) return data
  const [issue] = error.issues
  const place = issue?.path.map(String).join('.') ?? ''
  throw new InvalidArgumentError(`${what} are none: ${issue?.message}${place === '' ? '' : ` at ${place}`}`, {
    remedy: "Pass rules such as { stage: 'Training', words: ['step', 'epoch'], progress: true }.",
  })
}
