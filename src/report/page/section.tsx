import type { ReactNode } from 'react'

interface SectionProps {
  /** What the list of sections links to. */
  readonly id: string
  readonly title: string
  readonly children: ReactNode
}

/** A section of a page, named by its heading. */
export function Section({ id, title, children }: SectionProps): ReactNode {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  )
}
