import * as assert from 'uvu/assert'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import { checkSettings } from '../../../src/jobs/settings/check-settings.ts'
import type { FileSettings } from '../../../src/jobs/settings/settings-schema.ts'
import { suite } from '../../support/suite.ts'

const url = 'http://127.0.0.1:9'
const refusal = async (settings: FileSettings): Promise<string> => {
  try {
    await checkSettings(settings)
  } catch (error) {
    assert.instance(error, InvalidArgumentError)
    return (error as Error).message.split('\n', 1)[0]!
  }
  return ''
}

suite('a look at settings', (test) => {
  test('finds what a server would not start with', async () => {
    const secrets = ['nonsense']
    assert.match(
      await refusal({ providers: [{ name: 'lab', type: 'millrace', url, webhook: { secrets } }] }),
      'A secret of the webhook of the provider lab cannot be used',
    )
    const good = [`whsec_${Buffer.alloc(24).toString('base64')}`]
    assert.match(
      await refusal({ providers: [{ name: 'ray', type: 'ray', url, webhook: { secrets: good } }] }),
      'Providers of type ray send no webhooks',
    )
    assert.match(
      await refusal({ providers: [{ name: 'lab', type: 'millrace', url, tokenEnv: 'MILLRACE_TEST_UNSET' }] }),
      'the environment variable MILLRACE_TEST_UNSET, which is not set',
    )
    assert.match(await refusal({ webhooks: { allowPrivate: ['10.0.0.0/99'] } }), 'webhooks.allowPrivate has')
    const lab = { name: 'lab', type: 'millrace', url, webhook: { secrets: good } } as const
    assert.is(await refusal({ providers: [lab], webhooks: { allowPrivate: ['10.0.0.0/8'] } }), '')
  })
})
