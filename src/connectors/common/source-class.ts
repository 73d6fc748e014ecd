import type { ClassOf, PullSource } from '../../functions/user-functions.ts'

/** A source for `env.fromSource`. A class, so that every subtask of every job has an instance of its own. */
export type SourceClass<T> = ClassOf<PullSource<T>>
