import { createRoute, z } from '@hono/zod-openapi'
import { tapListSchema } from '../../../protocol/taps.ts'
import { TapFeed } from '../../events/tap-feed.ts'
import { jobParams, json, problems, secured, usualProblems } from '../route-parts.ts'
import type { ServerContext, ServerHono } from '../server-context.ts'
import { eventStream, stream } from './stream-routes.ts'

const listTaps = createRoute({
  method: 'get',
  path: '/api/v1/jobs/{id}/taps',
  operationId: 'listTaps',
  summary: 'Where records of a job that runs can be looked at',
  tags: ['jobs'],
  ...secured('read'),
  request: { params: jobParams },
  responses: {
    ...usualProblems,
    ...problems(404, 409),
    200: json(
      tapListSchema,
      'Edges between operators, and what sources give. Operators that are one loop have no edge between them.',
    ),
  },
})

const streamTap = createRoute({
  method: 'get',
  path: '/api/v1/jobs/{id}/taps/{edge}/stream',
  operationId: 'streamTap',
  summary: 'Some of the records that go by, as they do',
  tags: ['events'],
  // Records are the data itself.
  ...secured('submit'),
  request: {
    params: jobParams.extend({
      edge: z.string().min(1).max(300).openapi({ description: 'Id of one of the taps of the job.' }),
    }),
  },
  responses: {
    ...usualProblems,
    ...problems(404, 409),
    200: eventStream(
      ['TapBatch', 'SlowNotice'],
      'Events `records` with a TapBatch as data, without an id; `slow` as in the stream of events. It ends when the ' +
        "job's process is gone, and begins anew each time.",
    ),
  },
})

/** Records of jobs that run. */
export function addTapRoutes(app: ServerHono, context: ServerContext): void {
  const { manager } = context

  app.openapi(listTaps, (c) => {
    return c.json({ items: [...manager.taps(c.req.valid('param').id).points] }, 200)
  })

  app.openapi(streamTap, (c) => {
    const { id, edge } = c.req.valid('param')
    return stream(c, context, 'taps', () => new TapFeed(manager.taps(id).watch(edge)))
  })
}
