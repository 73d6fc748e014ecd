import { createRoute, z } from '@hono/zod-openapi'
import { pageSchema } from '../../../protocol/page.ts'
import {
  webhookDeliveryDetailsSchema,
  webhookDeliverySchema,
  webhookDeliveryStatuses,
} from '../../../protocol/webhook-delivery.ts'
import { json, problems, queryNumber, secured, usualProblems } from '../route-parts.ts'
import type { ServerContext, ServerHono } from '../server-context.ts'

const tags = ['webhooks']
const path = '/api/v1/webhook-deliveries'
const params = z.object({ id: z.string().min(1).max(100).openapi({ description: 'Of the delivery.' }) })

const listDeliveries = createRoute({
  method: 'get',
  path,
  operationId: 'listWebhookDeliveries',
  summary: 'What is, and was, sent, newest first',
  tags,
  ...secured('admin'),
  request: {
    query: z.object({
      subscription: z.string().min(1).max(100).optional().openapi({ description: 'Of this one only.' }),
      status: z.enum(webhookDeliveryStatuses).optional(),
      cursor: z.string().max(500).optional(),
      limit: queryNumber(1, 200, 50),
    }),
  },
  responses: {
    ...usualProblems,
    ...problems(404),
    200: json(pageSchema(webhookDeliverySchema), 'A page of them.'),
  },
})

const getDelivery = createRoute({
  method: 'get',
  path: `${path}/{id}`,
  operationId: 'getWebhookDelivery',
  summary: 'A delivery, with what is sent',
  tags,
  ...secured('admin'),
  request: { params },
  responses: { ...usualProblems, ...problems(404), 200: json(webhookDeliveryDetailsSchema, 'The delivery.') },
})

const redeliver = createRoute({
  method: 'post',
  path: `${path}/{id}/redeliver`,
  operationId: 'redeliverWebhook',
  summary: 'Send one again',
  description: 'At once, under the same id, and with all the attempts of a new one.',
  tags,
  ...secured('admin'),
  request: { params },
  responses: {
    ...usualProblems,
    ...problems(404, 409, 413, 415),
    202: json(webhookDeliveryDetailsSchema, 'The delivery, which is about to be tried.'),
  },
})

/** How webhooks that are sent get on, for admins. */
export function addWebhookDeliveryRoutes(app: ServerHono, { webhooks }: ServerContext): void {
  app.openapi(listDeliveries, (c) => {
    const { subscription, status, cursor, limit } = c.req.valid('query')
    const query = { subscription, status, limit, ...(cursor === undefined ? {} : { cursor }) }
    return c.json(webhooks.deliveries(query), 200)
  })

  app.openapi(getDelivery, (c) => c.json(webhooks.delivery(c.req.valid('param').id), 200))

  app.openapi(redeliver, (c) => c.json(webhooks.redeliver(c.req.valid('param').id), 202))
}
