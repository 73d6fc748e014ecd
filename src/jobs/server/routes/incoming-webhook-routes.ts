import { createRoute, z } from '@hono/zod-openapi'
import { webhookReceiptSchema } from '../../../protocol/webhook-receipt.ts'
import { webhookBody } from '../webhook-body.ts'
import { json, problems } from '../route-parts.ts'
import type { ServerContext, ServerHono } from '../server-context.ts'

const receiveWebhook = createRoute({
  method: 'post',
  path: '/api/v1/webhooks/{provider}',
  operationId: 'receiveWebhook',
  summary: 'What a provider tells of a job of it',
  description:
    'For providers only: the body is theirs, and the signature is by the Standard Webhooks scheme. No token is needed. ' +
    'It is answered when it is on disk, and worked on afterwards.',
  tags: ['webhooks'],
  request: { params: z.object({ provider: z.string().min(1).max(100) }) },
  responses: {
    ...problems(400, 401, 403, 404, 413, 415, 422, 429, 500, 503),
    200: json(webhookReceiptSchema, 'It is kept. Sent again, it is answered like this and done once.'),
  },
})

/** The body is not for the validator: what is signed is its bytes. */
const body = {
  requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' as const } } } },
}

/** Webhooks that are received. To be added in front of what asks for tokens and reads bodies. */
export function addIncomingWebhookRoutes(app: ServerHono, context: ServerContext): void {
  const { incomingWebhooks: webhooks, addressOf } = context
  const read = webhookBody(context)

  app.openapi({ ...receiveWebhook, ...body }, async (c) => {
    const address = addressOf(c)
    const source = webhooks.admit(c.req.valid('param').provider, address)
    const bytes = await read(c, (why) => webhooks.refuse(source, address, 'unreadable', why))
    const headers = {
      'webhook-id': c.req.header('webhook-id'),
      'webhook-timestamp': c.req.header('webhook-timestamp'),
      'webhook-signature': c.req.header('webhook-signature'),
    }
    return c.json({ repeated: webhooks.receive(source, address, headers, bytes) }, 200)
  })
}
