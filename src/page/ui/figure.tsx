import type { ComponentChildren, JSX } from 'preact'

/** A figure with its name, in a list of them. */
export const Figure = (props: {
  readonly name: string
  readonly children: ComponentChildren
}): JSX.Element => (
  <div>
    <dt>{props.name}</dt>
    <dd>{props.children}</dd>
  </div>
)
