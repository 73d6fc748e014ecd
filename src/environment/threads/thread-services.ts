import type { JobResources } from '../../compiler/instantiate/job-resources.ts'
import { RecordNotPortableError } from '../../errors/thread-errors.ts'
import { HostServiceCaller } from '../../services/service-caller.ts'
import { noSuchService } from '../../services/service-methods.ts'
import type { RecordedPipeline } from '../recorded-pipeline.ts'
import type { JobLine } from './job-line.ts'

/** Services as operators in a thread call them: they are where the job is, and so are their limits and timeouts. */
export function threadServices(
  { services }: RecordedPipeline,
  line: JobLine,
  signal: AbortSignal,
): JobResources['services'] {
  const names = services.map(({ name }) => name)
  return (operator) =>
    new HostServiceCaller(
      { name: operator },
      {
        find: (name) => {
          if (!names.includes(name)) throw noSuchService(name, names, operator)
        },
        call: async (_origin, service, method, args, options) => {
          const { timeout, signal: own } = options
          const question = { what: 'call', operator, service, method, args, timeout } as const
          try {
            return await line.ask(question, {
              signal: own === undefined ? signal : AbortSignal.any([signal, own]),
            })
          } catch (error) {
            throw isNotPortable(error) ? notPortable(operator, service, method, error) : error
          }
        },
      },
    )
}

function isNotPortable(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'DataCloneError'
}

function notPortable(
  operator: string,
  service: string,
  method: string,
  cause: unknown,
): RecordNotPortableError {
  return new RecordNotPortableError(
    `The arguments of ${service}.${method} cannot be sent to the thread where the service is.`,
    { operator, cause, remedy: 'Pass plain data: no functions, and nothing that has any.' },
  )
}
