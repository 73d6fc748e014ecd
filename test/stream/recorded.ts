import { BaseEnvironment } from '../../src/environment/base-environment.ts'
import type {
  EnvironmentOptions,
  ResolvedEnvironmentOptions,
} from '../../src/environment/environment-options.ts'
import type { RegisteredService } from '../../src/environment/registered-service.ts'
import type { ServiceMap } from '../../src/functions/services.ts'
import { MillraceError } from '../../src/errors/millrace-error.ts'
import type { Transformation } from '../../src/graph/transformation.ts'

/** An environment that only records, and shows what it has recorded. */
export class RecordingEnvironment<S extends ServiceMap = Record<never, never>> extends BaseEnvironment<S> {
  constructor(name = 'recording', options: EnvironmentOptions = {}) {
    super(name, options)
  }

  get nodes(): readonly Transformation[] {
    return this.graph.nodes
  }

  /** The node recorded last. */
  get last(): Transformation {
    return this.nodes.at(-1)!
  }

  /** The last node without what depends on where this file is. */
  get lastPlain(): Record<string, unknown> {
    const { site: _, ...rest } = this.last
    return { ...rest }
  }

  /** What the user gave for the node recorded last. */
  get given(): unknown {
    return this.functions.get(this.last.id)
  }

  get registered(): readonly RegisteredService[] {
    return this.services
  }

  get resolved(): ResolvedEnvironmentOptions {
    return this.options
  }

  givenFor(id: string): unknown {
    return this.functions.get(id)
  }
}

/** What a call throws; fails when it throws nothing, or what is no error of ours. */
export const thrown = (call: () => unknown): MillraceError => {
  try {
    call()
  } catch (error) {
    if (error instanceof MillraceError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** For arguments that the types forbid. */
export const untyped = (value: unknown): never => value as never
