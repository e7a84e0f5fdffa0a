/** Stories as plain sentences, for outputs that are read as text. Where a run has none, its samples stand in. */

import type { Details } from '../core/details.ts'
import type { InvariantName } from '../core/invariant.ts'
import type { InvariantResult, Result, VariantResult } from '../core/result.ts'
import type { ClaimRole, Diagram, StoryGroup } from '../core/story.ts'
import { formatCount, formatCounted } from './format.ts'
import { quote } from './headline.ts'

/** One shape of violations, told once. */
export interface Telling {
  readonly variant: string
  readonly invariant: InvariantName
  readonly expected: InvariantResult['expected']
  readonly title: string
  readonly count: number
  /** The proof, a sentence a line, each with the word for its part. */
  readonly proof: readonly string[]
  readonly purchases: readonly string[]
  readonly prevention: string | null
  /** What to type to see the purchase's whole way; null when no single purchase is to blame. */
  readonly see: string | null
  readonly diagram: Diagram | null
}

/** Purchases that are named; the others are counted. */
const MOST_NAMED = 20

const ROLE_WORDS: Record<ClaimRole, string> = {
  believed: 'Believed',
  because: 'Because',
  fact: 'The ledger says',
  therefore: 'Therefore',
  cause: 'Set off by',
  missing: 'What was missing',
}

/** The stories of a variant; those of promises that nobody expected to be broken come first. */
export function tellingsOf(result: Result, details: Details, variant: VariantResult): Telling[] {
  const told = details.stories?.variants.find((each) => each.variant === variant.name)?.groups
  const broken = variant.invariants.filter(({ violations }) => violations > 0)
  const all = broken.flatMap((invariant) => {
    const groups = told?.filter((group) => group.invariant === invariant.name) ?? []
    if (groups.length === 0) return [fromSample(result, variant, invariant)]
    return groups.map((group) => fromGroup(result, variant, invariant, group))
  })
  const unexpected = ({ expected }: Telling) => expected === 'holds'
  return [...all.filter(unexpected), ...all.filter((telling) => !unexpected(telling))]
}

function fromGroup(
  result: Result,
  { name }: VariantResult,
  { name: invariant, expected }: InvariantResult,
  { count, purchases, story, prevention }: StoryGroup,
): Telling {
  return {
    variant: name,
    invariant,
    expected,
    title: story.title,
    count,
    proof: story.proof.map(({ role, sentence }) => `${ROLE_WORDS[role]}: ${sentence}`),
    purchases,
    prevention: prevention && `${prevention.variant}: ${prevention.change}`,
    see: seeCommand(result, name, story.purchase),
    diagram: story.diagram,
  }
}

function fromSample(result: Result, { name }: VariantResult, found: InvariantResult): Telling {
  const purchases = found.samples.flatMap(({ purchase }) => purchase ?? [])
  return {
    variant: name,
    invariant: found.name,
    expected: found.expected,
    title: `${found.name} is broken`,
    count: found.violations,
    proof: found.samples.slice(0, 1).map(({ sentence }) => sentence),
    purchases,
    prevention: null,
    see: seeCommand(result, name, purchases[0] ?? null),
    diagram: null,
  }
}

function seeCommand({ scenario }: Result, variant: string, purchase: string | null): string | null {
  if (purchase === null) return null
  return ['npx faultline order', ...[purchase, scenario, '--variant', variant].map(quote)].join(' ')
}

/** `23 times: p-1, p-8 and 21 more`. */
export function extentOf({ count, purchases }: Telling): string {
  const named = purchases.slice(0, MOST_NAMED)
  const others = Math.max(0, count - named.length)
  const list = named.length === 0 ? '' : `: ${named.join(', ')}${others > 0 ? ` and ${formatCount(others)} more` : ''}`
  return `${formatCounted(count, 'time')}${list}`
}

/** In place of the stories of a run that has none. */
export const NO_STORIES =
  'No stories were kept with this run; what follows are the first violations as they were found.'

/** At most so many characters; what was cut off is said. */
export function cut(text: string, most: number, mark = '…'): string {
  return text.length <= most ? text : `${text.slice(0, most - mark.length).toWellFormed()}${mark}`
}
