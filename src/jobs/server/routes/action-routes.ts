import { createRoute } from '@hono/zod-openapi'
import { stopRequestSchema } from '../../../protocol/answers.ts'
import { checkpointInfoSchema, jobInfoSchema } from '../../../protocol/job-info.ts'
import { LOCAL } from '../../store/job-changes.ts'
import { inTime } from '../in-time.ts'
import { jobParams, json, problems, secured, usualProblems } from '../route-parts.ts'
import type { ServerContext, ServerHono, ServerRequest } from '../server-context.ts'
import { mayTakeLong, refuseUnlessReady } from './job-routes.ts'

const tags = ['jobs']
const answers = { ...usualProblems, ...problems(404, 409) }
const answersToBody = { ...answers, ...problems(413, 415, 422) }
const asItIsNow = json(jobInfoSchema, 'The job as it is now. Its end is a transition.')

const stopJob = createRoute({
  method: 'post',
  path: '/api/v1/jobs/{id}/stop',
  operationId: 'stopJob',
  summary: 'Tell a job to end',
  description:
    'With a savepoint, which is the default where it keeps checkpoints, it can be continued; without, it drains and ' +
    'flushes. A job that is stopping or over is left as it is.',
  tags,
  ...secured('submit'),
  request: {
    params: jobParams,
    body: { required: false, content: { 'application/json': { schema: stopRequestSchema } } },
  },
  responses: { ...answersToBody, 200: asItIsNow },
})

const cancelJob = createRoute({
  method: 'post',
  path: '/api/v1/jobs/{id}/cancel',
  operationId: 'cancelJob',
  summary: 'Abort a job',
  description: 'A job that is over is left as it is. One that runs elsewhere is cancelled there.',
  tags,
  ...secured('submit'),
  request: { params: jobParams },
  responses: { ...answers, ...problems(502, 504), 200: asItIsNow },
})

const continueJob = createRoute({
  method: 'post',
  path: '/api/v1/jobs/{id}/continue',
  operationId: 'continueJob',
  summary: 'Queue a stopped job again, from its savepoint',
  tags,
  ...secured('submit'),
  request: { params: jobParams },
  responses: { ...answers, 200: asItIsNow },
})

const saveJob = createRoute({
  method: 'post',
  path: '/api/v1/jobs/{id}/savepoint',
  operationId: 'takeSavepoint',
  summary: "Save a job's state while it runs on",
  tags,
  ...secured('submit'),
  request: { params: jobParams },
  responses: { ...answers, 200: json(checkpointInfoSchema, 'The savepoint, once it is complete.') },
})

/** What can be done to a job. */
export function addActionRoutes(app: ServerHono, context: ServerContext): void {
  const { manager, foreign } = context

  app.openapi(stopJob, (c) => {
    const { savepoint } = c.req.valid('json')
    const how = savepoint === undefined ? {} : { savepoint }
    return c.json(manager.stop(c.req.valid('param').id, { ...how, cause: by('stopped', c) }), 200)
  })

  app.openapi(cancelJob, async (c) => {
    const { id } = c.req.valid('param')
    const cause = by('cancelled', c)
    const { provider } = manager.get(id)
    if (provider === LOCAL) return c.json(manager.cancel(id, cause), 200)
    mayTakeLong(c)
    return c.json(await inTime(context, provider, () => foreign.cancel(id, cause)), 200)
  })

  app.openapi(continueJob, (c) => {
    refuseUnlessReady(context)
    return c.json(manager.continue(c.req.valid('param').id, by('continued', c)), 200)
  })

  app.openapi(saveJob, async (c) => {
    mayTakeLong(c)
    return c.json(await manager.savepoint(c.req.valid('param').id), 200)
  })
}

const by = (deed: string, c: ServerRequest): string => `${deed} by ${c.var.principal.name}`
