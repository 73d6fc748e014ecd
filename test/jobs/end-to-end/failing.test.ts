import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suite } from '../../support/suite.ts'
import { Script } from '../../process/script.ts'
import { Scene } from './support/scene.ts'

const library = fileURLToPath(new URL('../../../src/index.ts', import.meta.url))

/** A user's own project. Sites are looked for by the marks in it. */
const files = {
  'package.json': '{ "name": "shop", "type": "module" }',
  'src/prices.ts': `
    import { readFileSync } from 'node:fs'

    export class PriceError extends RangeError {
      readonly article: string
      constructor(article: string) {
        super('no price for ' + article)
        this.name = 'PriceError'
        this.article = article
      }
    }

    interface Order { readonly id: number; readonly article: string }

    export function priceOf({ article }: Order): number {
      if (article === 'unicorn') throw new PriceError(article) /* thrown */
      return readFileSync.length + article.length
    }`,
  'src/main.ts': `
    import { type JobFailedError, RemoteEnvironment } from ${JSON.stringify(library)}
    import { priceOf, PriceError } from './prices.ts'

    enum Kind { order = 1 }
    const env = new RemoteEnvironment('prices', { port: Number(process.argv[2]) })
    env
      .fromBatch([{ id: 1, article: 'horse' }, { id: 2, article: 'unicorn' }])
      .filter(() => Kind.order === 1)
      .map((order) => priceOf(order), { name: 'price' }) /* defined */
      .print()
    try {
      await env.submit({ autostop: true })
    } catch (error) {
      const { name, code, message, operator, site, record, cause, result } = error as JobFailedError
      const { name: causeName, message: causeMessage, stack, article } = cause as PriceError
      console.log(JSON.stringify({
        name, code, message, operator, site, record, status: result.status, job: result.jobId,
        cause: { isRangeError: cause instanceof RangeError, name: causeName, message: causeMessage, stack, article },
      }))
    }
    await env.close()`,
}

const lineOf = (text: string, mark: string): number => text.slice(0, text.indexOf(mark)).split('\n').length

suite('a job that fails on a server', (test) => {
  test(
    'rejects where it was submitted, and tells where in the program that was',
    { timeout: 60_000 },
    async (context) => {
      const { folder, port, client } = await Scene.open(context)
      const project = join(folder, 'shop')
      mkdirSync(join(project, 'src'), { recursive: true })
      for (const [path, text] of Object.entries(files)) writeFileSync(join(project, path), text)
      const main = join(project, 'src/main.ts')
      const script = new Script(new URL(`file://${main}`), { signal: context.signal, args: [`${port}`] })
      const { code, lines, errors } = await script.ended()
      assert.is(code, 0, errors)
      const { cause, site, record, message, job, ...told } = JSON.parse(lines.at(-1)!)
      assert.equal(told, {
        name: 'JobFailedError',
        code: 'ERR_JOB_FAILED',
        operator: 'price',
        status: 'failed',
      })
      assert.match(message, 'no price for unicorn')
      assert.match(record, /id: 2, article: 'unicorn'/)
      assert.equal([site.file, site.line], [main, lineOf(files['src/main.ts'], '/* defined */')])
      const { stack, ...error } = cause
      assert.equal(error, {
        isRangeError: true,
        name: 'PriceError',
        message: 'no price for unicorn',
        article: 'unicorn',
      })
      const thrownAt = `${join(project, 'src/prices.ts')}:${lineOf(files['src/prices.ts'], '/* thrown */')}:`
      assert.match(stack, thrownAt)
      assert.is((await client.jobs.get(job)).status, 'failed')
    },
  )
})
