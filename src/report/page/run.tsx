/** What the run was made of: gremlins, the loss in its parts, how it went, and how to see it again. */

import type { ReactNode } from 'react'
import type { Result, VariantResult } from '../../core/result.ts'
import { againWords, switchRows } from '../changes.ts'
import { LOSS_PARTS } from '../charts/bars.ts'
import { formatCount, formatMoney, formatMs, formatSeconds, NOT_MEASURED } from '../format.ts'
import { gremlinsAcross, reproduceCommand, strikeText } from '../headline.ts'
import { arrivedOf } from '../kinds.ts'
import { environmentFacts } from './environment.ts'
import { Section } from './section.tsx'
import { Figures } from './table.tsx'

export function Gremlins({ result }: { result: Result }): ReactNode {
  const across = gremlinsAcross(result)
  return (
    <Section id='gremlins' title='What the gremlins did'>
      {across.length === 0 ? (
        <p>No gremlin was let in.</p>
      ) : (
        <Figures
          caption='Strikes of coins tossed, in each variant. A variant that asks more often tosses more coins.'
          columns={['gremlin', 'kind', 'on', ...result.variants.map((variant) => variant.name)]}
          figuresFrom={3}
          rows={across.map(({ name, gremlin, on, counts }) => [
            name,
            gremlin,
            on,
            ...result.variants.map((variant) => {
              const met = counts.find((entry) => entry.variant === variant.name)
              return met ? strikeText(met.count) : NOT_MEASURED
            }),
          ])}
        />
      )}
    </Section>
  )
}

export function Losses({ result }: { result: Result }): ReactNode {
  const currency = result.baseCurrency
  return (
    <Section id='losses' title='The money, part by part'>
      <Figures
        caption={`What each variant’s mistakes cost, in ${currency}; each cent is counted once.`}
        columns={['part', 'in words', ...result.variants.map((variant) => variant.name)]}
        figuresFrom={2}
        rows={[
          ...LOSS_PARTS.map(({ key, name, about }) => [
            name,
            about,
            ...result.variants.map((variant) => formatMoney(variant.loss[key], currency)),
          ]),
          ['total', '', ...result.variants.map((variant) => formatMoney(variant.lossCents, currency))],
        ]}
      />
    </Section>
  )
}

function byService(counts: Readonly<Record<string, number>>): string {
  const named = Object.entries(counts).filter(([, count]) => count > 0)
  return named.length === 0 ? 'none' : named.map(([service, count]) => `${service} ${formatCount(count)}`).join(', ')
}

const MEASUREMENTS: readonly (readonly [string, (variant: VariantResult) => string])[] = [
  ['purchases that arrived', (variant) => formatCount(arrivedOf(variant))],
  ['arrival window', (variant) => formatSeconds(variant.arrivalWindowMs)],
  ['traffic late against its plan, p99', (variant) => formatMs(variant.scheduleErrorMs.p99)],
  ['buyers’ refreshes', (variant) => formatCount(variant.refreshes)],
  ['restarts', (variant) => byService(variant.restarts)],
  ['deaths that no strike explains', (variant) => byService(variant.unexplainedDeaths)],
  [
    'quiet after the last buyer',
    (variant) => (variant.quietAfterMs === null ? 'not in time' : formatMs(variant.quietAfterMs)),
  ],
]

export function Measurements({ result }: { result: Result }): ReactNode {
  return (
    <Section id='measurements' title='How the run went'>
      <Figures
        caption='Whether the measurement itself can be trusted'
        columns={['measured', ...result.variants.map((variant) => variant.name)]}
        rows={MEASUREMENTS.map(([name, text]) => [name, ...result.variants.map(text)])}
      />
    </Section>
  )
}

/** Four rules, so that nobody reads more into a run than is in it. */
export function Rules(): ReactNode {
  return (
    <Section id='rules' title='How to read this'>
      <ol className='rules'>
        <li>
          <strong>A verdict is about expectations.</strong> PASS means that each variant did what the scenario expects
          of it. A variant that is there to fail passes when it fails; its mistakes and their price stay in the table.
        </li>
        <li>
          <strong>The luck is the same.</strong> Every variant gets the same orders, and where two variants toss the
          same coin it falls the same. So a difference between them is a difference of the patterns. One that asks more
          often tosses more coins.
        </li>
        <li>
          <strong>Not asked is not answered.</strong> No violation where nothing could have gone wrong shows nothing:
          look for “not exercised”, and for gremlins without a strike.
        </li>
        <li>
          <strong>One run is one sample.</strong> A broken promise is proof; a few milliseconds or orders per second
          between variants are not. Repeat with other seeds (<code>--seeds 1..20</code>) before saying that one is
          faster.
        </li>
      </ol>
    </Section>
  )
}

/** What made the result, and how. */
function facts(result: Result, environment: unknown): (readonly [string, string])[] {
  const { seed, mode, flags, schemaVersion, calibration } = result
  return [
    ['seed', String(seed)],
    ['flags', flags.length === 0 ? 'none' : flags.join(' ')],
    ['services', mode === 'virtual' ? 'virtual: one process, its own clock' : 'real: a process each'],
    ...(calibration === undefined ? [] : [['times from', `calibration ${calibration}`] as const]),
    ['format of result.json', `version ${schemaVersion}`],
    ...environmentFacts(environment),
  ]
}

/** JSON without the quotes around names, which would weigh more than the names; result.json has it to the letter. */
function readable(value: unknown): string {
  return JSON.stringify(value, null, 1).replace(/^( *)"(\w+)":/gm, '$1$2:')
}

/** A scenario may have a thousand. */
const MOST_SWITCHES = 50

/** What the scenario changes by itself; nothing where it changes nothing. */
function Switches({ result }: { result: Result }): ReactNode {
  const rows = switchRows(result.configuration.switches)
  if (rows.length === 0) return null
  const cut = rows.length > MOST_SWITCHES ? `, the first ${MOST_SWITCHES} of ${formatCount(rows.length)}` : ''
  return (
    <Figures
      caption={`What the scenario changes while the traffic goes on${cut}`}
      columns={['after', 'what']}
      figuresFrom={2}
      rows={rows.slice(0, MOST_SWITCHES)}
    />
  )
}

interface ConfigurationProps {
  readonly result: Result
  readonly environment: unknown
  /** Whether there is room for everything that was configured. */
  readonly whole: boolean
}

export function Configuration({ result, environment, whole }: ConfigurationProps): ReactNode {
  return (
    <Section id='configuration' title='See it again'>
      <div className='command'>
        <pre id='command'>{reproduceCommand(result)}</pre>
        <button type='button' data-copies='command' hidden>
          Copy
        </button>
      </div>
      {againWords(result) === '' ? null : <p>{againWords(result)}</p>}
      <Figures caption='What was run' columns={['what', 'value']} figuresFrom={2} rows={facts(result, environment)} />
      <Switches result={result} />
      {whole ? (
        <details>
          <summary>Configuration of {result.scenario}: names resolved, defaults filled in</summary>
          <pre>{readable(result.configuration)}</pre>
        </details>
      ) : (
        <p>Everything that was run, names resolved and defaults filled in, is in result.json beside this page.</p>
      )}
    </Section>
  )
}
