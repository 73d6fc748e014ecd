import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { BuildFailure, Message } from 'esbuild'
import { BundleError } from '../../errors/bundle-errors.ts'
import { loadPeer } from '../../util/load-peer.ts'
import { zipFile } from './zip-file.ts'

/** What Ray unpacks where a worker is to run: one module, which is all that a worker needs but Node. */
export interface WorkerPackage {
  /** Says what is in it. */
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Its module. */
export const WORKER_FILE = 'worker.mjs'

/** Of this library, from its sources or as it is published. */
const entry = new URL(
  `../../cli/worker-main${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
)

/** Modules of CommonJS ask for those of Node by `require`. */
const banner =
  "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);"

let made: Promise<WorkerPackage> | undefined

/**
 * Bundles the worker of this very version with all it imports, once.
 * @throws MissingDependencyError, BundleError: what a worker imports is not installed.
 */
export function workerPackage(): Promise<WorkerPackage> {
  made ??= make().catch((error: unknown) => {
    made = undefined
    throw error
  })
  return made
}

async function make(): Promise<WorkerPackage> {
  await loadPeer('ray()', '@nats-io/transport-node', () => import('@nats-io/transport-node'))
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Errors are known by the names of their classes.
    keepNames: true,
    legalComments: 'none',
    banner: { js: banner },
    logLevel: 'silent',
  }).catch((error: unknown) => {
    throw bundleError(error)
  })
  const bytes = zipFile(WORKER_FILE, outputFiles[0]!.contents)
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32)
  return { name: `_ray_pkg_${hash}.zip`, bytes }
}

function bundleError(error: unknown): unknown {
  const { errors = [] } = error as Partial<BuildFailure>
  if (errors.length === 0) return error
  const told = errors.map(({ text }: Message) => text)
  return new BundleError('A worker for Ray cannot be bundled:', told, {
    remedy: 'Install what is missing: npm install @nats-io/transport-node.',
    cause: error,
  })
}
