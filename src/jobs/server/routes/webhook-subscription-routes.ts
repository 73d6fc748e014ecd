import { createRoute, z } from '@hono/zod-openapi'
import { webhookDeliveryDetailsSchema } from '../../../protocol/webhook-delivery.ts'
import {
  newWebhookSubscriptionSchema,
  webhookSubscriptionChangeSchema,
  webhookSubscriptionListSchema,
  webhookSubscriptionRequestSchema,
  webhookSubscriptionSchema,
} from '../../../protocol/webhook-subscription.ts'
import { json, jsonRequest, locationHeader, problems, secured, usualProblems } from '../route-parts.ts'
import type { ServerContext, ServerHono } from '../server-context.ts'

const tags = ['webhooks']
const path = '/api/v1/webhook-subscriptions'
const params = z.object({ id: z.string().min(1).max(100).openapi({ description: 'Of the subscription.' }) })

const listSubscriptions = createRoute({
  method: 'get',
  path,
  operationId: 'listWebhookSubscriptions',
  summary: 'URLs that are told what happens to jobs, oldest first',
  tags,
  ...secured('admin'),
  responses: { ...usualProblems, 200: json(webhookSubscriptionListSchema, 'All of them.') },
})

const createSubscription = createRoute({
  method: 'post',
  path,
  operationId: 'createWebhookSubscription',
  summary: 'Have a URL told what happens to jobs from now on',
  description: 'Its address must be of the public internet, or allowed by the server.',
  tags,
  ...secured('admin'),
  request: { body: jsonRequest(webhookSubscriptionRequestSchema) },
  responses: {
    ...usualProblems,
    ...problems(409, 413, 415, 422),
    201: {
      ...json(newWebhookSubscriptionSchema, 'The subscription, and its secret, which is shown here only.'),
      ...locationHeader('the subscription'),
    },
  },
})

const getSubscription = createRoute({
  method: 'get',
  path: `${path}/{id}`,
  operationId: 'getWebhookSubscription',
  summary: 'A subscription',
  tags,
  ...secured('admin'),
  request: { params },
  responses: {
    ...usualProblems,
    ...problems(404),
    200: json(webhookSubscriptionSchema, 'The subscription.'),
  },
})

const changeSubscription = createRoute({
  method: 'patch',
  path: `${path}/{id}`,
  operationId: 'changeWebhookSubscription',
  summary: 'Change a subscription',
  description: 'Fields that are missing stay. One that is enabled again goes on where it was.',
  tags,
  ...secured('admin'),
  request: { params, body: jsonRequest(webhookSubscriptionChangeSchema) },
  responses: {
    ...usualProblems,
    ...problems(404, 413, 415, 422),
    200: json(webhookSubscriptionSchema, 'The subscription as it is now.'),
  },
})

const deleteSubscription = createRoute({
  method: 'delete',
  path: `${path}/{id}`,
  operationId: 'deleteWebhookSubscription',
  summary: 'Remove a subscription, with its deliveries',
  tags,
  ...secured('admin'),
  request: { params },
  responses: { ...usualProblems, ...problems(404), 204: { description: 'It is gone.' } },
})

const rotateSecret = createRoute({
  method: 'post',
  path: `${path}/{id}/rotate-secret`,
  operationId: 'rotateWebhookSecret',
  summary: 'Make a new secret for a subscription',
  description: 'The one before signs along for a day, so that receivers can change over.',
  tags,
  ...secured('admin'),
  request: {
    params,
    query: z.object({
      revoke: z.enum(['true', 'false']).optional().openapi({
        description: 'The one before, and any before it, does not: it is good no more, at once.',
      }),
    }),
  },
  responses: {
    ...usualProblems,
    ...problems(404, 413, 415),
    200: json(
      newWebhookSubscriptionSchema,
      'The subscription, and its new secret, which is shown here only.',
    ),
  },
})

const testSubscription = createRoute({
  method: 'post',
  path: `${path}/{id}/test`,
  operationId: 'testWebhookSubscription',
  summary: 'Send a ping',
  description: 'It is tried once. How that went is told by the delivery.',
  tags,
  ...secured('admin'),
  request: { params },
  responses: {
    ...usualProblems,
    ...problems(404, 409, 413, 415),
    202: {
      ...json(webhookDeliveryDetailsSchema, 'The delivery, which is about to be tried.'),
      ...locationHeader('the delivery'),
    },
  },
})

/** Webhooks that are sent, for admins: whoever makes one has the server call others. */
export function addWebhookSubscriptionRoutes(app: ServerHono, { webhooks }: ServerContext): void {
  app.openapi(listSubscriptions, (c) => c.json({ items: webhooks.list() }, 200))

  app.openapi(createSubscription, async (c) => {
    const made = await webhooks.create(c.req.valid('json'))
    return c.json(made, 201, { Location: `${path}/${made.id}` })
  })

  app.openapi(getSubscription, (c) => c.json(webhooks.get(c.req.valid('param').id), 200))

  app.openapi(changeSubscription, async (c) =>
    c.json(await webhooks.change(c.req.valid('param').id, c.req.valid('json')), 200),
  )

  app.openapi(deleteSubscription, (c) => {
    webhooks.delete(c.req.valid('param').id)
    return c.body(null, 204)
  })

  app.openapi(rotateSecret, (c) => {
    const revoke = c.req.valid('query').revoke === 'true'
    return c.json(webhooks.rotateSecret(c.req.valid('param').id, { revoke }), 200)
  })

  app.openapi(testSubscription, (c) => {
    const ping = webhooks.test(c.req.valid('param').id)
    return c.json(ping, 202, { Location: `/api/v1/webhook-deliveries/${ping.id}` })
  })
}
