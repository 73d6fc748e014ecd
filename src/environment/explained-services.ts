import type { ExplainedService } from '../compiler/explained-service.ts'
import type { RecordedPipeline } from './recorded-pipeline.ts'

/** Where the services of a pipeline are hosted, in the order of their registration. */
export function explainedServices({ services, options }: RecordedPipeline): readonly ExplainedService[] {
  return services.map((service): ExplainedService => {
    const { name } = service
    if (service.type === 'pipeline') {
      return { type: 'pipeline', name, requests: service.requests, reply: service.reply }
    }
    const { remote, teardownTimeout = options.teardownTimeout } = service.definition
    return {
      type: 'service',
      name,
      cleanupTimeout: teardownTimeout,
      remote: remote === undefined ? null : { instances: remote.instances, restarts: remote.restarts },
    }
  })
}
