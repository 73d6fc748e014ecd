import { Argument } from '@commander-js/extra-typings'

const description = 'number in the last listing, id, beginning of an id, or name'

export const jobArgument = (): Argument<'<job>', undefined, undefined, undefined> =>
  new Argument('<job>', `its ${description}`)

export const jobsArgument = (): Argument<'<job...>', undefined, undefined, undefined> =>
  new Argument('<job...>', `${description} of each`)
