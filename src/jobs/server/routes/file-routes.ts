import { createRoute, z } from '@hono/zod-openapi'
import { fileHashesSchema, missingFilesSchema } from '../../../protocol/answers.ts'
import { hashSchema } from '../../../protocol/times.ts'
import { busy } from '../refusal.ts'
import { json, jsonRequest, problems, secured, usualProblems } from '../route-parts.ts'
import type { ServerContext, ServerHono } from '../server-context.ts'
import { uploadOf } from '../upload.ts'
import { refuseUnlessReady } from './job-routes.ts'

const tags = ['files']

const findMissingFiles = createRoute({
  method: 'post',
  path: '/api/v1/files/missing',
  operationId: 'findMissingFiles',
  summary: 'Of these files, the ones that have to be uploaded',
  tags,
  ...secured('submit'),
  request: { body: jsonRequest(fileHashesSchema) },
  responses: {
    ...usualProblems,
    ...problems(413, 415, 422),
    200: json(missingFilesSchema, 'Those that are missing.'),
  },
})

const uploadFile = createRoute({
  method: 'put',
  path: '/api/v1/files/{hash}',
  operationId: 'uploadFile',
  summary: 'Upload a file of a program',
  description:
    'A file that is there already may be uploaded again. Nothing is there of an upload that fails.',
  tags,
  ...secured('submit'),
  request: { params: z.object({ hash: hashSchema }) },
  responses: {
    ...usualProblems,
    ...problems(411, 413, 415, 422),
    204: { description: 'The file is there.' },
  },
})

/** The body is not for the validator: it is bytes, which are read as they are written to the disk. */
const uploadBody = {
  requestBody: {
    required: true,
    content: { 'application/octet-stream': { schema: { type: 'string' as const, format: 'binary' } } },
  },
}

/** Files of programs. @returns what resolves when no upload is being written any more. */
export function addFileRoutes(app: ServerHono, context: ServerContext): () => Promise<void> {
  const { manager, limits } = context
  const uploads = new Set<Promise<void>>()

  app.openapi(findMissingFiles, async (c) => {
    return c.json({ missing: await manager.files.missing(c.req.valid('json').hashes) }, 200)
  })

  app.openapi({ ...uploadFile, ...uploadBody }, async (c) => {
    refuseUnlessReady(context)
    if (uploads.size >= limits.uploads)
      throw busy('As many files are being uploaded as the server takes.', 1000)
    const upload = manager.files.put(c.req.valid('param').hash, uploadOf(c, limits.uploadBytes))
    uploads.add(upload)
    try {
      await upload
    } finally {
      uploads.delete(upload)
    }
    return c.body(null, 204)
  })

  return async () => void (await Promise.allSettled(uploads))
}
