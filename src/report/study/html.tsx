/** The page of a study: one HTML file that asks nobody for anything. */

import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { cleanAll } from '../clean-result.ts'
import { formatCount, formatShare, NOT_MEASURED } from '../format.ts'
import { Charts } from '../page/charts.tsx'
import { Frame } from '../page/frame.tsx'
import { type HtmlAssets, pageAround } from '../page/page.ts'
import { Section } from '../page/section.tsx'
import { Figures } from '../page/table.tsx'
import { TitleAndVerdict, VerdictWord } from '../page/verdict.tsx'
import { metricCharts } from './chart.ts'
import type { Comparison, Study } from './study.ts'
import { headline, mainSentences, metricFigures, studyCommand, studyFacts, verdictCounts } from './words.ts'

export interface StudyHtmlAssets extends HtmlAssets {
  /** Where the reports of single runs lie, seen from the page; seeds without one are only named. */
  readonly reports: Readonly<Record<number, string>>
}

const SECTIONS = [
  ['shows', 'What the seeds show'],
  ['charts', 'Pictures'],
  ['orders', 'Order by order'],
  ['seeds', 'Seeds'],
  ['rules', 'How to read this'],
  ['again', 'See it again'],
] as const

function Opening({ study }: { study: Study }): ReactNode {
  const means = `Verdicts of the runs: ${verdictCounts(study)}.`
  return <TitleAndVerdict of={study} facts={studyFacts(study)} headline={headline(study)} means={means} />
}

function Compared({ study, comparison }: { study: Study; comparison: Comparison }): ReactNode {
  const { variant } = comparison
  // Nobody needs a row of dashes: what only one of the two has cannot be compared.
  const metrics = comparison.metrics.filter(({ seeds }) => seeds > 0)
  return (
    <>
      <h3>
        {variant} against {study.reference}
      </h3>
      <ul className='plain'>
        {mainSentences(study, comparison).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <details>
        <summary>
          All figures of {variant} against {study.reference}
        </summary>
        <Figures
          caption={`${variant} against ${study.reference}: means over the seeds at which both can be compared; each interval is for its metric by itself.`}
          columns={['metric', variant, study.reference, 'difference', '95 % interval', 'seeds']}
          rows={metrics.map((found) => {
            const metric = study.metrics.find(({ id }) => id === found.metric)
            const text = metricFigures(metric?.unit ?? 'count', found, study.baseCurrency)
            const name = metric?.name ?? found.metric
            return [name, text.mean, text.referenceMean, text.difference, text.interval, formatCount(found.seeds)]
          })}
          notes={metrics.map(({ sentence }) => sentence)}
        />
      </details>
    </>
  )
}

function Shows({ study }: { study: Study }): ReactNode {
  return (
    <Section id='shows' title='What the seeds show'>
      {study.comparisons.map((comparison) => (
        <Compared key={comparison.variant} study={study} comparison={comparison} />
      ))}
    </Section>
  )
}

function shareText(share: number | null): string {
  return share === null ? NOT_MEASURED : formatShare(share)
}

function Orders({ study }: { study: Study }): ReactNode {
  return (
    <Section id='orders' title='Order by order'>
      <p>
        The same order, at the same seed, with two variants. One of them lost it when it did not confirm it although the
        other did.
      </p>
      <Figures
        caption='Orders that only one of the two lost, over all seeds at which both can be compared'
        columns={[
          'variant',
          'orders',
          'lost by it alone',
          'share',
          `lost by ${study.reference} alone`,
          `share of ${study.reference}`,
        ]}
        rows={study.comparisons.map(({ variant, orders }) => [
          variant,
          formatCount(orders.orders),
          formatCount(orders.onlyVariant),
          shareText(orders.onlyVariantShare),
          formatCount(orders.onlyReference),
          shareText(orders.onlyReferenceShare),
        ])}
      />
    </Section>
  )
}

function Seeds({ study, reports }: { study: Study; reports: StudyHtmlAssets['reports'] }): ReactNode {
  return (
    <Section id='seeds' title='Seeds'>
      <ul className='plain'>
        {study.runs.map(({ seed, verdict }) => (
          <li key={seed}>
            {reports[seed] ? <a href={reports[seed]}>seed {seed}</a> : `seed ${seed}`} <VerdictWord verdict={verdict} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** So that nobody reads more into a study than is in it. */
function Rules(): ReactNode {
  return (
    <Section id='rules' title='How to read this'>
      <ol className='rules'>
        <li>
          <strong>A seed is one sample.</strong> Variants are compared at the same seed, with the same orders and the
          same luck. The interval comes from how their difference varies from seed to seed (Student’s t), never from the
          orders of one run.
        </li>
        <li>
          <strong>Each interval stands alone.</strong> Were the study repeated with other seeds, 95 of 100 such
          intervals would hold the true difference. Of twenty at once, one is wrong on average: look for what is large,
          not for the one that just misses zero.
        </li>
        <li>
          <strong>No difference shown is not no difference.</strong> More seeds make intervals narrower: four times as
          many halve them.
        </li>
        <li>
          <strong>No spread is no certainty.</strong> Where all seeds say exactly the same there is no interval to give.
          What happens once in a thousand orders may simply not have happened.
        </li>
      </ol>
    </Section>
  )
}

function Page({ study, reports }: { study: Study; reports: StudyHtmlAssets['reports'] }): ReactNode {
  return (
    <Frame
      opening={<Opening study={study} />}
      sections={SECTIONS}
      source='All figures on this page are in study.json beside it.'
    >
      <Shows study={study} />
      <Charts specs={metricCharts(study)} />
      <Orders study={study} />
      <Seeds study={study} reports={reports} />
      <Rules />
      <Section id='again' title='See it again'>
        <pre>{studyCommand(study)}</pre>
      </Section>
    </Frame>
  )
}

/** `study.html`. Every text of the study is escaped; nothing is loaded from anywhere. */
export function renderStudyHtml(raw: Study, { chartJs, reports }: StudyHtmlAssets): string {
  const study = cleanAll(raw)
  return pageAround(renderToStaticMarkup(<Page study={study} reports={reports} />), {
    title: `Study: ${study.title} (seeds ${study.seeds.first}..${study.seeds.last})`,
    charts: metricCharts(study),
    chartJs,
  })
}
