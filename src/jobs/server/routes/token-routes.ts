import { createRoute, z } from '@hono/zod-openapi'
import { newTokenSchema, tokenListSchema, tokenRequestSchema } from '../../../protocol/answers.ts'
import { whoAmISchema } from '../../../protocol/server-info.ts'
import type { TokenRecord } from '../../store/token-store.ts'
import { Refusal } from '../refusal.ts'
import { json, jsonRequest, problems, secured, usualProblems } from '../route-parts.ts'
import type { ServerContext, ServerHono } from '../server-context.ts'
import { hashToken, newToken, newTokenId, widestScope } from '../tokens.ts'

const tags = ['tokens']

const listTokens = createRoute({
  method: 'get',
  path: '/api/v1/tokens',
  operationId: 'listTokens',
  summary: 'Tokens that the server knows, oldest first',
  tags,
  ...secured('admin'),
  responses: { ...usualProblems, 200: json(tokenListSchema, 'All of them, but for what they are.') },
})

const createToken = createRoute({
  method: 'post',
  path: '/api/v1/tokens',
  operationId: 'createToken',
  summary: 'Make a token',
  description:
    'From the first one on everybody needs a token. So the first one has to have the scope `admin`.',
  tags,
  ...secured('admin'),
  request: { body: jsonRequest(tokenRequestSchema) },
  responses: {
    ...usualProblems,
    ...problems(409, 413, 415, 422),
    201: json(newTokenSchema, 'The token. It is shown here and never again.'),
  },
})

const deleteToken = createRoute({
  method: 'delete',
  path: '/api/v1/tokens/{id}',
  operationId: 'deleteToken',
  summary: 'Make a token worthless',
  description: 'Streams that were opened with it end. The last one with the scope `admin` stays.',
  tags,
  ...secured('admin'),
  request: { params: z.object({ id: z.string().max(100) }) },
  responses: { ...usualProblems, ...problems(404, 409), 204: { description: 'It is worthless.' } },
})

const whoAmI = createRoute({
  method: 'get',
  path: '/api/v1/whoami',
  operationId: 'whoAmI',
  summary: 'Who one is to the server, and what one may do',
  tags,
  ...secured('read'),
  responses: { ...usualProblems, 200: json(whoAmISchema, 'Name and scope of the token.') },
})

/** Tokens, for admins; and for everybody what theirs is good for. */
export function addTokenRoutes(app: ServerHono, context: ServerContext): void {
  const { tokens, authenticator, streams, waits, clock } = context
  const isAdmin = ({ scopes }: TokenRecord): boolean => widestScope(scopes) === 'admin'

  /** Somebody must be able to make tokens. */
  const refuseWithoutAdmin = (left: readonly TokenRecord[]): void => {
    if (authenticator.hasStartToken || left.some(isAdmin)) return
    throw new Refusal(409, 'ERR_LAST_ADMIN', 'Nobody would be left who could make tokens.', {
      remedy: 'Make one with the scope `admin` first.',
    })
  }

  app.openapi(whoAmI, (c) => {
    const { name, scope } = c.var.principal
    return c.json({ name, scope }, 200)
  })

  app.openapi(listTokens, (c) => c.json({ items: tokens.list() }, 200))

  app.openapi(createToken, (c) => {
    const { name, scopes } = c.req.valid('json')
    if (widestScope(scopes) !== 'admin') refuseWithoutAdmin(tokens.list())
    const token = newToken()
    const hash = hashToken(token).toString('hex')
    const record = tokens.create({ id: newTokenId(), hash, name, scopes, at: clock.now() })
    return c.json({ ...record, token }, 201)
  })

  app.openapi(deleteToken, (c) => {
    const { id } = c.req.valid('param')
    const all = tokens.list()
    if (!all.some((token) => token.id === id))
      throw new Refusal(404, 'ERR_NOT_FOUND', 'There is no such token.')
    refuseWithoutAdmin(all.filter((token) => token.id !== id))
    tokens.delete(id)
    streams.revoke(id)
    waits.revoke(id)
    return c.body(null, 204)
  })
}
