import type { JSX } from 'preact'
import { Figure } from './figure.tsx'

/** What is known of a thing: its name, and what it is. Null and undefined: it is left out. */
export type Fact = readonly [name: string, value: string | JSX.Element | null | undefined]

/** A list of what is known. */
export const Facts = (props: { readonly facts: readonly Fact[]; readonly class?: string }): JSX.Element => (
  <dl class={props.class}>
    {props.facts.map(([name, value]) =>
      value === null || value === undefined ? null : (
        <Figure key={name} name={name}>
          {value}
        </Figure>
      ),
    )}
  </dl>
)
