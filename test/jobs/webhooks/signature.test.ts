import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { InvalidArgumentError } from '../../../src/errors/invalid-argument-error.ts'
import {
  newWebhookSecret,
  signWebhook,
  webhookFlaw,
  webhookKey,
  WEBHOOK_TOLERANCE,
} from '../../../src/jobs/webhooks/signature.ts'
import { suite } from '../../support/suite.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const key = webhookKey(secret)
const at = 1_614_265_330_000
const body = '{"test": 2432232314}'

suite('webhook signature', (test) => {
  test("signs as the scheme's own example does", () => {
    assert.equal(signWebhook([key], 'msg_p5jXN8AQM9LWM0D4loKWxJek', at, body), {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  test('the public library verifies what is signed, and signs what is verified', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uuid(), (text, id) => {
        const secret = newWebhookSecret()
        const webhook = new Webhook(secret)
        const now = Date.now()
        webhook.verify(text, { ...signWebhook([webhookKey(secret)], id, now, text) }, { jsonParse: false })
        const theirs = {
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(now / 1000)),
          'webhook-signature': webhook.sign(id, new Date(now), text),
        }
        assert.is(webhookFlaw([webhookKey(secret)], theirs, Buffer.from(text), now), null)
      }),
    )
  })

  test('takes any of several secrets and any of several signatures, and passes over unknown versions', () => {
    const [old, young, other] = [newWebhookSecret(), newWebhookSecret(), newWebhookSecret()].map(webhookKey)
    const both = signWebhook([old!, young!], 'a', at, body)
    assert.is(both['webhook-signature'].split(' ').length, 2)
    assert.is(webhookFlaw([old!], both, body, at), null)
    assert.is(webhookFlaw([young!], both, body, at), null)
    assert.is(webhookFlaw([other!, young!], both, body, at), null)
    assert.is(webhookFlaw([other!], both, body, at), 'no signature of it is good')
    assert.is(webhookFlaw([], both, body, at), 'no signature of it is good')

    const good = signWebhook([old!], 'a', at, body)['webhook-signature']
    const withOthers = { ...both, 'webhook-signature': `v1a,AAAA ${good} nonsense , v2` }
    assert.is(webhookFlaw([old!], withOthers, body, at), null)
    const asOther = { ...both, 'webhook-signature': good.replace('v1,', 'v2,') }
    assert.is(webhookFlaw([old!], asOther, body, at), 'no signature of it is good')
  })

  test('refuses anything that was changed', () => {
    const headers = signWebhook([key], 'a', at, body)
    const changed = (name: string, value: string | undefined) => ({ ...headers, [name]: value })
    assert.is(webhookFlaw([key], headers, body, at), null)
    assert.is(webhookFlaw([key], headers, `${body} `, at), 'no signature of it is good')
    assert.is(webhookFlaw([key], changed('webhook-id', 'b'), body, at), 'no signature of it is good')
    assert.is(webhookFlaw([key], changed('webhook-id', ''), body, at), 'its id is empty or too long')
    assert.is(
      webhookFlaw([key], changed('webhook-id', 'a'.repeat(257)), body, at),
      'its id is empty or too long',
    )
    assert.is(
      webhookFlaw([key], changed('webhook-timestamp', '1614265331'), body, at),
      'no signature of it is good',
    )
    for (const timestamp of ['', '-1', '1614265330.0', '1614265330x', ' 1614265330', '1e9', '9'.repeat(13)]) {
      assert.is(
        webhookFlaw([key], changed('webhook-timestamp', timestamp), body, at),
        'its timestamp is no number',
      )
    }
    for (const signature of ['', 'v1,', 'v1', headers['webhook-signature'].slice(0, -1), 'v1,ü'.repeat(22)]) {
      assert.is(
        webhookFlaw([key], changed('webhook-signature', signature), body, at),
        'no signature of it is good',
      )
    }
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      assert.is(webhookFlaw([key], changed(name, undefined), body, at), 'it is not signed')
    }
  })

  test('takes a timestamp five minutes off, and not more', () => {
    const headers = signWebhook([key], 'a', at, body)
    assert.is(webhookFlaw([key], headers, body, at + WEBHOOK_TOLERANCE), null)
    assert.is(webhookFlaw([key], headers, body, at - WEBHOOK_TOLERANCE), null)
    assert.is(webhookFlaw([key], headers, body, at + WEBHOOK_TOLERANCE + 1), 'its timestamp is too old')
    assert.is(webhookFlaw([key], headers, body, at - WEBHOOK_TOLERANCE - 1), 'its timestamp is in the future')
  })

  test('reads secrets with and without prefix and padding, and refuses others without showing them', () => {
    const bytes = Buffer.alloc(32, 7)
    const text = bytes.toString('base64')
    for (const good of [text, `whsec_${text}`, `whsec_${text.replace('=', '')}`]) {
      assert.equal(webhookKey(good), bytes)
    }
    assert.match(newWebhookSecret(), /^whsec_[\w+/]{43}=$/)
    const bad = [
      '',
      'whsec_',
      'whsec_c2hvcnQ=',
      `whsec_${text}!`,
      `whpk_${text}`,
      Buffer.alloc(65).toString('base64'),
    ]
    for (const secret of bad) {
      assert.throws(
        () => webhookKey(secret),
        (error: unknown) =>
          error instanceof InvalidArgumentError && (secret.length < 8 || !error.message.includes(secret)),
      )
    }
  })
})
