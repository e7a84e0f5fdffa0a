/** What every page has around its findings: a link past the top, the opening, a way to each section, and the foot. */

import type { ReactNode } from 'react'

interface FrameProps {
  readonly opening: ReactNode
  /** The id and the name of each section that is on the page, in its order. */
  readonly sections: readonly (readonly [id: string, name: string])[]
  /** A sentence that names the file in which the figures stand, too. */
  readonly source: string
  /** The sections. */
  readonly children: ReactNode
}

export function Frame({ opening, sections, source, children }: FrameProps): ReactNode {
  return (
    <>
      <a className='skip' href='#main'>
        Skip to the findings
      </a>
      <header>
        {opening}
        <nav aria-label='Sections'>
          <ul>
            {sections.map(([id, name]) => (
              <li key={id}>
                <a href={`#${id}`}>{name}</a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id='main'>{children}</main>
      <footer>Faultline, a chaos lab for order systems. {source}</footer>
    </>
  )
}
