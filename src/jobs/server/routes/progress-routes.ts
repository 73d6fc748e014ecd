import { createRoute, z } from '@hono/zod-openapi'
import {
  inlineProgressSchema,
  progressListSchema,
  progressReportSchema,
  progressRequestSchema,
} from '../../../protocol/progress-report.ts'
import type { Tagged } from '../../progress/job-progress-reports.ts'
import { matchesEtag } from '../etag.ts'
import { preferredWait } from '../prefer-wait.ts'
import { busy } from '../refusal.ts'
import { jobParams, json, jsonRequest, problems, secured, usualProblems } from '../route-parts.ts'
import type { ServerContext, ServerHono, ServerRequest } from '../server-context.ts'
import { mayTakeLong } from './job-routes.ts'

const tags = ['jobs']

const conditions = z.object({
  'if-none-match': z.string().max(4000).optional().openapi({
    description: 'ETags of earlier answers: while nothing has changed since, the answer is 304.',
  }),
  prefer: z.string().max(1000).optional().openapi({
    description: '`wait=30`: with If-None-Match, up to so many seconds for something to change. At most 60.',
  }),
})

const tagged = {
  ETag: { description: 'Of what it says, but not of its age.', schema: { type: 'string' as const } },
  'Preference-Applied': {
    description: '`wait=30`, where it may have waited.',
    schema: { type: 'string' as const },
  },
}

const unchanged = { description: 'Nothing has changed.', headers: tagged }

const getInlineProgress = createRoute({
  method: 'get',
  path: '/api/v1/jobs/{id}/inline-progress',
  operationId: 'getInlineProgress',
  summary: 'What a job does, in one line',
  tags,
  ...secured('read'),
  request: { params: jobParams, headers: conditions },
  responses: {
    ...usualProblems,
    ...problems(404),
    200: { ...json(inlineProgressSchema, 'Null is what nobody knows.'), headers: tagged },
    304: unchanged,
  },
})

const getProgress = createRoute({
  method: 'get',
  path: '/api/v1/jobs/{id}/progress',
  operationId: 'getProgress',
  summary: 'How far a job is, and how that is known',
  tags,
  ...secured('read'),
  request: { params: jobParams, headers: conditions },
  responses: {
    ...usualProblems,
    ...problems(404),
    200: { ...json(progressReportSchema, 'Null is what nobody knows.'), headers: tagged },
    304: unchanged,
  },
})

const getProgressOfMany = createRoute({
  method: 'post',
  path: '/api/v1/jobs/progress',
  operationId: 'getProgressOfMany',
  summary: 'How far up to 200 jobs are, as far as it is known: no provider is asked',
  tags,
  ...secured('read'),
  request: { body: jsonRequest(progressRequestSchema) },
  responses: {
    ...usualProblems,
    ...problems(413, 415, 422),
    200: json(progressListSchema, 'In the order of the ids.'),
  },
})

/** How far jobs are. */
export function addProgressRoutes(app: ServerHono, context: ServerContext): void {
  const { progress } = context

  app.openapi(getInlineProgress, async (c) => {
    const { id } = c.req.valid('param')
    await progress.refresh(id)
    return answer(c, context, id, () => progress.inline(id))
  })

  app.openapi(getProgress, async (c) => {
    const { id } = c.req.valid('param')
    const refreshError = await progress.refresh(id)
    return answer(c, context, id, () => progress.report(id, refreshError))
  })

  app.openapi(getProgressOfMany, async (c) => {
    return c.json(await progress.batch(c.req.valid('json').ids), 200)
  })
}

/** What there is, once it is something that the client does not have, or the time is over that it is ready to wait. */
async function answer<T>(
  c: ServerRequest,
  { waits, progress }: ServerContext,
  id: string,
  look: () => Tagged<T>,
): Promise<Response> {
  const known = c.req.header('if-none-match')
  let now = look()
  const isKnown = (): boolean => matchesEtag(known, now.etag)
  const seconds = c.req.raw.method === 'HEAD' || !isKnown() ? 0 : preferredWait(c.req.header('prefer'))
  if (seconds > 0) {
    if (waits.full) throw busy('No more requests may wait now.', 10_000)
    mayTakeLong(c)
    await waits.wait({
      token: c.var.principal.token,
      patience: seconds * 1000,
      gone: c.req.raw.signal,
      watch: (wake) => progress.watches.watch(id, wake),
      isOver: () => {
        now = look()
        return !isKnown()
      },
    })
  }
  const headers = {
    ETag: now.etag,
    // To be asked for anew each time, which costs nothing while it is the same.
    'Cache-Control': 'private, no-cache',
    ...(seconds > 0 ? { 'Preference-Applied': `wait=${seconds}` } : {}),
  }
  return isKnown() ? c.body(null, 304, headers) : c.json(now.value as object, 200, headers)
}
