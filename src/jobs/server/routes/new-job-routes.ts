import { createRoute, z } from '@hono/zod-openapi'
import { restartRequestSchema } from '../../../protocol/answers.ts'
import { type JobInfo, jobInfoSchema } from '../../../protocol/job-info.ts'
import { submissionSchema } from '../../../protocol/submission.ts'
import { jobParams, json, jsonRequest, problems, secured, usualProblems } from '../route-parts.ts'
import type { ServerContext, ServerHono } from '../server-context.ts'
import { mayTakeLong, refuseUnlessReady } from './job-routes.ts'

const tags = ['jobs']

/** What makes a job may be sent again. */
const idempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/, 'up to 200 characters of ASCII, without spaces')
    .optional()
    .openapi({ description: 'The same one with the same request makes one job, however often it is sent.' }),
})

const madeJob = {
  200: json(jobInfoSchema, 'The job that was made when this key was first used.'),
  201: {
    ...json(jobInfoSchema, 'The job that was made.'),
    headers: { Location: { description: 'Path of the job.', schema: { type: 'string' as const } } },
  },
}

const submitJob = createRoute({
  method: 'post',
  path: '/api/v1/jobs',
  operationId: 'submitJob',
  summary: 'Queue a job',
  description: 'The files of its program have to be there: see `findMissingFiles` and `uploadFile`.',
  tags,
  ...secured('submit'),
  request: {
    headers: idempotencyHeaders,
    body: jsonRequest(submissionSchema),
  },
  responses: {
    ...usualProblems,
    ...problems(409, 413, 415, 422),
    ...madeJob,
  },
})

const restartJob = createRoute({
  method: 'post',
  path: '/api/v1/jobs/{id}/restart',
  operationId: 'restartJob',
  summary: 'Queue a new job of the same program',
  description:
    'It begins as the old one did, and names it in `restartedFrom`; the old one stays as it is. One that is active is ' +
    'refused, or, by force, cancelled first: the answer comes when its process is gone.',
  tags,
  ...secured('submit'),
  request: {
    params: jobParams,
    headers: idempotencyHeaders,
    body: { required: false, content: { 'application/json': { schema: restartRequestSchema } } },
  },
  responses: { ...usualProblems, ...problems(404, 409, 413, 415, 422), ...madeJob },
})

/** What makes jobs. */
export function addNewJobRoutes(app: ServerHono, context: ServerContext): void {
  const { manager } = context

  app.openapi(submitJob, (c) => {
    refuseUnlessReady(context)
    const idempotencyKey = c.req.valid('header')['idempotency-key']
    const { job, created } = manager.submit(c.req.valid('json'), {
      by: c.var.principal.name,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    })
    return created ? c.json(job, 201, locationOf(job)) : c.json(job, 200)
  })

  app.openapi(restartJob, async (c) => {
    refuseUnlessReady(context)
    mayTakeLong(c)
    const { force = false, secrets } = c.req.valid('json')
    const idempotencyKey = c.req.valid('header')['idempotency-key']
    const { job, created } = await manager.restart(c.req.valid('param').id, {
      force,
      by: c.var.principal.name,
      ...(secrets === undefined ? {} : { secrets }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    })
    return created ? c.json(job, 201, locationOf(job)) : c.json(job, 200)
  })
}

const locationOf = ({ id }: JobInfo): { readonly Location: string } => ({
  Location: `/api/v1/jobs/${encodeURIComponent(id)}`,
})
