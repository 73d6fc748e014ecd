import { createRoute, z } from '@hono/zod-openapi'
import { jobInfoSchema } from '../../../protocol/job-info.ts'
import { providerInfoSchema, providerListSchema, syncResultSchema } from '../../../protocol/provider-info.ts'
import { inTime } from '../in-time.ts'
import { jobParams, json, problems, queryNumber, secured, usualProblems } from '../route-parts.ts'
import type { ServerContext, ServerHono } from '../server-context.ts'
import { mayTakeLong, refuseUnlessReady } from './job-routes.ts'

const tags = ['providers']
const providerName = z
  .string()
  .regex(/^[\w-]{1,64}$/, 'the name of a provider')
  .openapi({ description: 'Name of the provider.' })

const listProviders = createRoute({
  method: 'get',
  path: '/api/v1/providers',
  operationId: 'listProviders',
  summary: 'Other places where jobs run, which are shown here, too',
  tags,
  ...secured('read'),
  responses: { ...usualProblems, 200: json(providerListSchema, 'All of them.') },
})

const getProvider = createRoute({
  method: 'get',
  path: '/api/v1/providers/{name}',
  operationId: 'getProvider',
  summary: 'How one of them is, and how its jobs are watched',
  tags,
  ...secured('read'),
  request: { params: z.object({ name: providerName }) },
  responses: { ...usualProblems, ...problems(404), 200: json(providerInfoSchema, 'The provider.') },
})

const syncJobs = createRoute({
  method: 'post',
  path: '/api/v1/jobs/sync',
  operationId: 'syncJobs',
  summary: 'Look for jobs at providers',
  description:
    'Takes in the newest jobs of each: those that are not known here, and what is new of those that are. It is an ' +
    'answer also where providers cannot be asked: `failed` says which, and why.',
  tags,
  ...secured('submit'),
  request: {
    query: z.object({
      provider: providerName.optional().openapi({ description: 'Only at this one.' }),
      limit: queryNumber(1, 100_000, 100).openapi({ description: 'Jobs of each provider, newest first.' }),
    }),
  },
  responses: { ...usualProblems, ...problems(404, 409), 200: json(syncResultSchema, 'What came of it.') },
})

const refreshJob = createRoute({
  method: 'post',
  path: '/api/v1/jobs/{id}/refresh',
  operationId: 'refreshJob',
  summary: 'Ask the provider of a job how it is',
  description: "The server's own jobs are always shown as they are.",
  tags,
  ...secured('submit'),
  request: { params: jobParams },
  responses: {
    ...usualProblems,
    ...problems(404, 409, 502, 504),
    200: json(jobInfoSchema, 'The job as it is now.'),
  },
})

/** Jobs that run elsewhere, and where. */
export function addForeignRoutes(app: ServerHono, context: ServerContext): void {
  const { foreign, manager } = context

  app.openapi(listProviders, (c) => c.json({ items: foreign.providers }, 200))

  app.openapi(getProvider, (c) => c.json(foreign.provider(c.req.valid('param').name), 200))

  app.openapi(syncJobs, async (c) => {
    refuseUnlessReady(context)
    mayTakeLong(c)
    const { provider, limit } = c.req.valid('query')
    return c.json(await foreign.sync({ provider, limit, by: c.var.principal.name }), 200)
  })

  app.openapi(refreshJob, async (c) => {
    mayTakeLong(c)
    const { id } = c.req.valid('param')
    const { provider } = manager.get(id)
    return c.json(await inTime(context, provider, (signal) => foreign.refresh(id, signal)), 200)
  })
}
