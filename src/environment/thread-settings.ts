import type { ThreadSettings } from '../compiler/plan.ts'
import type { ResolvedEnvironmentOptions } from './environment-options.ts'

/** How the compiler deals the operators of an environment out. */
export function threadSettings({ placement, threads }: ResolvedEnvironmentOptions): ThreadSettings {
  const { count, schedule } = threads
  return { placement, count, schedule }
}
