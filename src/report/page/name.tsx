import { Fragment, type ReactNode } from 'react'

/** A variant's name, which may be broken into lines where its parts meet. */
export function Name({ of }: { of: string }): ReactNode {
  return of.split(/(?<=[+])/).map((part, at) => (
    <Fragment key={at}>
      {at > 0 ? <wbr /> : null}
      {part}
    </Fragment>
  ))
}
