import { createRoute, z } from '@hono/zod-openapi'
import { eventPageSchema } from '../../../protocol/job-event.ts'
import { eventBefore } from '../../events/event-before.ts'
import { json, queryNumber, queryPosition, secured, usualProblems } from '../route-parts.ts'
import type { ServerContext, ServerHono } from '../server-context.ts'

const listEvents = createRoute({
  method: 'get',
  path: '/api/v1/events/history',
  operationId: 'listEvents',
  summary: 'What has happened to jobs, as far as it is kept',
  tags: ['events'],
  ...secured('read'),
  request: {
    query: z.object({
      since: queryPosition
        .optional()
        .openapi({ type: 'integer', description: 'Events behind this one. Default 0: all that are kept.' }),
      from: z.iso
        .datetime({ offset: true })
        .optional()
        .openapi({ description: 'Events of then or later: ISO 8601, with `Z` or an offset.' }),
      job: z.string().max(100).optional().openapi({ description: 'Of this job only.' }),
      limit: queryNumber(1, 1000, 200),
    }),
  },
  responses: { ...usualProblems, 200: json(eventPageSchema, 'A page of them, oldest first.') },
})

/** Events that are past. Those that come are a stream. */
export function addEventRoutes(app: ServerHono, { manager }: ServerContext): void {
  app.openapi(listEvents, (c) => {
    const { since = 0, from, job, limit } = c.req.valid('query')
    const { events } = manager
    const { first, last } = events
    const behind = from === undefined ? since : Math.max(since, eventBefore(events, Date.parse(from)))
    const items = events.read({ since: behind, limit, ...(job === undefined ? {} : { job }) })
    return c.json({ items, first, last }, 200)
  })
}
