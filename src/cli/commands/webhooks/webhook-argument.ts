import { Argument } from '@commander-js/extra-typings'

export const webhookArgument = (): Argument<'<webhook>', undefined, undefined, undefined> =>
  new Argument('<webhook>', 'its id, the beginning of that, or its URL')
