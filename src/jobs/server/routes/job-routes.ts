import { createRoute, z } from '@hono/zod-openapi'
import { jobInfoSchema } from '../../../protocol/job-info.ts'
import { jobListSchema } from '../../../protocol/job-list.ts'
import type { JobStatus } from '../../../job/job-status.ts'
import { jobSortSchema } from '../../../protocol/job-sort.ts'
import { jobStatusSchema } from '../../../protocol/job-status.ts'
import { busy } from '../refusal.ts'
import { jobParams, json, problems, queryNumber, secured, usualProblems } from '../route-parts.ts'
import type { ServerContext, ServerHono, ServerRequest } from '../server-context.ts'

const tags = ['jobs']
/** Milliseconds for providers to tell of active jobs. */
const REFRESH_DEADLINE = 5_000
const MOST_PASSED_OVER = 10_000_000

/** Once or several times, or several with commas between them. */
const several = <T>(item: z.ZodType<T>): z.ZodType<T[] | undefined> =>
  z.preprocess(
    (given) => (given === undefined ? given : [given as string].flat().flatMap((text) => text.split(','))),
    z.array(item).optional(),
  )

const statusQuery: z.ZodType<JobStatus[] | undefined, JobStatus[] | undefined> = several(
  jobStatusSchema,
).openapi({
  type: 'array',
  items: { $ref: '#/components/schemas/JobStatus' },
  description: 'Jobs with one of these statuses.',
}) as never

const providerQuery: z.ZodType<string[] | undefined, string[] | undefined> = several(
  z.string().regex(/^[\w-]{1,64}$/, 'the name of a provider'),
).openapi({
  type: 'array',
  items: { type: 'string' },
  description: "Jobs that run at one of these providers; `local`: the server's own.",
}) as never

const listJobs = createRoute({
  method: 'get',
  path: '/api/v1/jobs',
  operationId: 'listJobs',
  summary: 'Jobs, newest first unless told otherwise',
  tags,
  ...secured('read'),
  request: {
    query: z.object({
      status: statusQuery,
      name: z.string().max(200).optional().openapi({ description: 'Part of the name.' }),
      match: z.string().min(1).max(200).optional().openapi({
        description: 'The beginning of the id, or the whole name.',
      }),
      sort: jobSortSchema.optional().openapi({
        description:
          'What they are put in order by; with a `-` the other way round. Those that have none of it come last. Default: `-submitted`.',
      }),
      cursor: z.string().max(4000).optional().openapi({
        description: '`next` of the page before, in the same order.',
      }),
      limit: queryNumber(1, 200, 50),
      offset: queryNumber(0, MOST_PASSED_OVER, 0).openapi({
        description:
          'So many jobs are passed over, behind the cursor if there is one: for who wants the last page.',
      }),
      provider: providerQuery,
      sync_active: z
        .enum(['true', 'false'])
        .optional()
        .openapi({
          description:
            'Asks providers for the jobs that are active first, for at most five seconds. `refresh` of the answer says ' +
            'which could not be asked for.',
          default: 'false',
        }),
    }),
  },
  responses: { ...usualProblems, 200: json(jobListSchema, 'A page of them.') },
})

const getJob = createRoute({
  method: 'get',
  path: '/api/v1/jobs/{id}',
  operationId: 'getJob',
  summary: 'All there is to say of a job',
  tags,
  ...secured('read'),
  request: { params: jobParams },
  responses: { ...usualProblems, ...problems(404), 200: json(jobInfoSchema, 'The job.') },
})

const deleteJob = createRoute({
  method: 'delete',
  path: '/api/v1/jobs/{id}',
  operationId: 'deleteJob',
  summary: 'Remove a job, its logs, checkpoints and files',
  tags,
  ...secured('submit'),
  request: {
    params: jobParams,
    query: z.object({
      force: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: 'Also one that is active: it is cancelled first.', default: 'false' }),
    }),
  },
  responses: { ...usualProblems, ...problems(404, 409), 204: { description: 'It is gone.' } },
})

/** Jobs: the list, one of them, removing it. */
export function addJobRoutes(app: ServerHono, context: ServerContext): void {
  const { manager, foreign } = context

  app.openapi(listJobs, async (c) => {
    const { status, name, match, sort, cursor, limit, offset, provider, sync_active } = c.req.valid('query')
    const query = {
      limit,
      offset,
      ...(status === undefined ? {} : { status }),
      ...(name === undefined ? {} : { name }),
      ...(match === undefined ? {} : { match }),
      ...(sort === undefined ? {} : { sort }),
      ...(cursor === undefined ? {} : { cursor }),
      ...(provider === undefined ? {} : { provider }),
    }
    if (sync_active !== 'true') return c.json(manager.list(query), 200)
    const refresh = await foreign.refreshActive({ deadline: REFRESH_DEADLINE, providers: provider })
    return c.json({ ...manager.list(query), refresh }, 200)
  })

  app.openapi(getJob, (c) => c.json(manager.get(c.req.valid('param').id), 200))

  app.openapi(deleteJob, async (c) => {
    mayTakeLong(c)
    await manager.delete(c.req.valid('param').id, { force: c.req.valid('query').force === 'true' })
    return c.body(null, 204)
  })
}

/** Nothing new is begun while the server starts or closes. */
export function refuseUnlessReady({ closing, manager }: ServerContext): void {
  if (closing) throw busy('The server is closing.', 5000)
  if (!manager.status.ready) throw busy('The server is not ready.', 1000)
}

/** A connection on which nothing moves is closed, but not while a job does what its client waits for. */
export const mayTakeLong = ({ env }: ServerRequest): void => void env?.incoming?.setTimeout(0)
