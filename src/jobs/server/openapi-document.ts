import {
  eventGapSchema,
  jobEventSchema,
  progressNoticeSchema,
  slowNoticeSchema,
} from '../../protocol/job-event.ts'
import { logLineSchema } from '../../protocol/job-info.ts'
import { tapBatchSchema } from '../../protocol/taps.ts'
import type { ZodType } from 'zod'
import type { ServerHono } from './server-context.ts'

/** What streams send, which routes refer to by name. */
export type StreamedSchema =
  'JobEvent' | 'LogLine' | 'ProgressNotice' | 'EventGap' | 'SlowNotice' | 'TapBatch'

const streamed: Readonly<Record<StreamedSchema, ZodType>> = {
  JobEvent: jobEventSchema,
  LogLine: logLineSchema,
  ProgressNotice: progressNoticeSchema,
  EventGap: eventGapSchema,
  SlowNotice: slowNoticeSchema,
  TapBatch: tapBatchSchema,
}

/** Names what routes refer to by name only. */
export function addComponents({ openAPIRegistry }: ServerHono): void {
  openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of the server. A server without any, on the loopback interface, needs none.',
  })
  // A copy: what makes schemas of OpenAPI is known to those only that were made after it was loaded.
  for (const [name, schema] of Object.entries(streamed)) openAPIRegistry.register(name, schema.clone())
}

/** The HTTP API as OpenAPI 3.1 has it. */
export function openApiDocument(app: ServerHono, version: string): object {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Millrace job server',
      version,
      description: 'Keeps jobs and runs them. Errors are problems of RFC 9457, with a stable `code`.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'jobs', description: 'Jobs, what they have been through, and what can be done to them.' },
      { name: 'providers', description: 'Other places where jobs run, and what they tell of theirs.' },
      { name: 'files', description: 'Files of programs, which jobs are made of.' },
      { name: 'events', description: 'Server-sent events.' },
      {
        name: 'webhooks',
        description: 'Calls over HTTP that tell of jobs: those that are sent, and those that are received.',
      },
      { name: 'tokens', description: 'Who may do what.' },
      { name: 'server', description: 'The server itself.' },
    ],
  })
}
