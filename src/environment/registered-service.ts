import { optionNames, type OptionNames } from '../graph/option-names.ts'
import type { ServiceDefinition } from '../services/service-definition.ts'

/** What an environment keeps of a registration, in the order of registration. */
export type RegisteredService =
  | { readonly type: 'service'; readonly name: string; readonly definition: ServiceDefinition }
  | {
      readonly type: 'pipeline'
      readonly name: string
      /** Id of the source node that emits the requests. */
      readonly requests: string
      /** Id of the sink node that answers them. */
      readonly reply: string
      /** Requests in the pipeline at once; absent: no limit. */
      readonly concurrency?: number
    }

/** A pipeline registered as a service, as its callers see it. */
export interface PipelineService<Req, Res> {
  /** Resolves to what the pipeline made of the request; undefined when an operator dropped it. */
  call(request: Req): Promise<Res | undefined>
}

export interface PipelineServiceOptions {
  /** Requests in the pipeline at once, a positive integer; default no limit. */
  readonly concurrency?: number
}

export const pipelineServiceOptionNames: OptionNames = optionNames<PipelineServiceOptions>({
  concurrency: true,
})
