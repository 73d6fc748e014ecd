import { createRoute, z } from '@hono/zod-openapi'
import { healthSchema } from '../../../protocol/answers.ts'
import { type ServerInfo, serverInfoSchema } from '../../../protocol/server-info.ts'
import { metricFamilies } from '../metric-families.ts'
import { openApiDocument } from '../openapi-document.ts'
import { prometheusText, prometheusType } from '../prometheus-text.ts'
import { json, secured, usualProblems } from '../route-parts.ts'
import type { ServerContext, ServerHono } from '../server-context.ts'

const tags = ['server']

const getServer = createRoute({
  method: 'get',
  path: '/api/v1/server',
  operationId: 'getServer',
  summary: 'What the server says of itself',
  tags,
  ...secured('read'),
  responses: { ...usualProblems, 200: json(serverInfoSchema, 'Its version, load and limits.') },
})

const getMetrics = createRoute({
  method: 'get',
  path: '/metrics',
  operationId: 'getMetrics',
  summary: 'Figures for Prometheus',
  tags,
  ...secured('read'),
  responses: {
    ...usualProblems,
    200: {
      description: "Prometheus' text format.",
      content: { 'text/plain': { schema: z.string() } },
    },
  },
})

const isAlive = createRoute({
  method: 'get',
  path: '/healthz',
  operationId: 'isAlive',
  summary: 'Whether the server answers',
  tags,
  responses: { 200: json(healthSchema, 'It does.') },
})

const isReady = createRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'isReady',
  summary: 'Whether the server takes jobs',
  tags,
  responses: { 200: json(healthSchema, 'It does.'), 503: json(healthSchema, 'It starts, or closes.') },
})

function backgroundInfo({ background }: ServerContext): ServerInfo['background'] {
  const { jobStatusPolling, queueProcessing } = background
  return {
    job_status_polling: {
      enabled: jobStatusPolling.enabled ?? true,
      interval_seconds: jobStatusPolling.interval / 1000,
    },
    queue_processing: {
      enabled: queueProcessing.enabled,
      interval_seconds: queueProcessing.interval / 1000,
    },
  }
}

/** The server itself, its health, and the description of all of this. */
export function addServerRoutes(app: ServerHono, context: ServerContext): void {
  const { manager, version, instance, limits, memoryMb, streams } = context
  const background = backgroundInfo(context)
  let wasReady = false

  app.openapi(getServer, (c) => {
    const { running, queued, maxRunning, jobs } = manager.status
    const startedAt = new Date(context.startedAt).toISOString()
    const load = { running, queued, maxRunning, jobs }
    const shown = { uploadBytes: limits.uploadBytes, memoryMb }
    const clients = { events: streams.count('events'), logs: streams.count('logs') }
    return c.json({ version, instance, startedAt, ...load, limits: shown, clients, background }, 200)
  })

  app.openapi(getMetrics, (c) => {
    return c.text(prometheusText(metricFamilies(context)), 200, { 'Content-Type': prometheusType })
  })

  app.openapi(isAlive, (c) => c.json({ status: 'ok' }, 200))

  app.openapi(isReady, (c) => {
    const { ready } = manager.status
    wasReady ||= ready
    if (ready && !context.closing) return c.json({ status: 'ok' }, 200)
    return c.json({ status: wasReady || context.closing ? 'closing' : 'starting' }, 503)
  })

  let document: object | undefined
  app.get('/openapi.json', (c) => c.json((document ??= openApiDocument(app, version))))
}
