import type { Scope, WhoAmI } from '../../protocol/server-info.ts'

const scopes: readonly Scope[] = ['read', 'submit', 'admin']

const words: Readonly<Record<Scope, string>> = {
  read: 'look at things',
  submit: 'submit and steer jobs',
  admin: 'do everything',
}

/** Why a token does not allow what needs a scope, for people; null: it does, or it is not known yet whose it is. */
export function refusalFor(who: WhoAmI | null, needed: Scope): string | null {
  if (who === null || scopes.indexOf(who.scope) >= scopes.indexOf(needed)) return null
  return `Your token may ${words[who.scope]} only. This needs one with the scope ${needed}.`
}
