import { createRoute, z } from '@hono/zod-openapi'
import {
  deadLetterDetailSchema,
  deadLetterPageSchema,
  letterChoiceSchema,
  lettersDoneSchema,
  letterStates,
} from '../../../protocol/dead-letters.ts'
import { Refusal } from '../refusal.ts'
import {
  jobParams,
  json,
  jsonRequest,
  problems,
  queryNumber,
  secured,
  usualProblems,
} from '../route-parts.ts'
import type { ServerContext, ServerHono } from '../server-context.ts'

const tags = ['jobs']
const answers = { ...usualProblems, ...problems(404, 409) }
const answersToBody = { ...answers, ...problems(413, 415, 422) }

const listDeadLetters = createRoute({
  method: 'get',
  path: '/api/v1/jobs/{id}/dead-letters',
  operationId: 'listDeadLetters',
  summary: 'Records that operators of a job gave up, newest first',
  description: 'Those that nobody in the program reads. `counts` has how many there are of each operator.',
  tags,
  ...secured('read'),
  request: {
    params: jobParams,
    query: z.object({
      cursor: z.string().max(500).optional(),
      limit: queryNumber(1, 200, 50),
      operator: z.string().max(300).optional().openapi({ description: 'Name or id of an operator.' }),
      state: z.enum(letterStates).optional(),
    }),
  },
  responses: { ...answers, 200: json(deadLetterPageSchema, 'A page of them.') },
})

const letterParams = jobParams.extend({
  letter: z
    .string()
    .regex(/^\d{1,15}$/, 'the id of a letter')
    .openapi({ description: 'Id of the letter.' }),
})

const getDeadLetter = createRoute({
  method: 'get',
  path: '/api/v1/jobs/{id}/dead-letters/{letter}',
  operationId: 'getDeadLetter',
  summary: 'All that is known of one of them',
  tags,
  ...secured('read'),
  request: { params: letterParams },
  responses: { ...answers, 200: json(deadLetterDetailSchema, 'The record at length, and what went wrong.') },
})

const replayDeadLetters = createRoute({
  method: 'post',
  path: '/api/v1/jobs/{id}/dead-letters/replay',
  operationId: 'replayDeadLetters',
  summary: 'Put records back before the operators that gave them up',
  description:
    'As soon as the job takes them. Those that cannot be replayed, or are being replayed, are left out. A record that fails ' +
    'again is a new letter.',
  tags,
  ...secured('submit'),
  request: { params: jobParams, body: jsonRequest(letterChoiceSchema) },
  responses: { ...answersToBody, 200: json(lettersDoneSchema, 'How many of them are replayed.') },
})

const deleteDeadLetters = createRoute({
  method: 'post',
  path: '/api/v1/jobs/{id}/dead-letters/delete',
  operationId: 'deleteDeadLetters',
  summary: 'Delete dead letters',
  description: 'Those that are being replayed stay.',
  tags,
  ...secured('submit'),
  request: { params: jobParams, body: jsonRequest(letterChoiceSchema) },
  responses: { ...answersToBody, 200: json(lettersDoneSchema, 'How many were deleted.') },
})

/** Dead letters of jobs. */
export function addDeadLetterRoutes(app: ServerHono, { manager }: ServerContext): void {
  app.openapi(listDeadLetters, (c) =>
    c.json(manager.deadLetters.list(c.req.valid('param').id, c.req.valid('query')), 200),
  )
  app.openapi(getDeadLetter, (c) => {
    const { id, letter } = c.req.valid('param')
    const found = manager.deadLetters.get(id, Number(letter))
    if (found === undefined) {
      throw new Refusal(404, 'ERR_NOT_FOUND', `job ${id} has no dead letter ${letter}`, {
        remedy: 'It was replayed or deleted, or newer ones took its place.',
      })
    }
    return c.json(found, 200)
  })
  app.openapi(replayDeadLetters, (c) =>
    c.json(manager.deadLetters.replay(c.req.valid('param').id, c.req.valid('json')), 200),
  )
  app.openapi(deleteDeadLetters, (c) =>
    c.json(manager.deadLetters.remove(c.req.valid('param').id, c.req.valid('json')), 200),
  )
}
