/** A run in which every name and every sentence carries something that could harm what it is printed into. */

import type { ReportedRun } from '../../src/core/details.ts'
import { exampleResult } from './example-result.ts'
import { exampleOutcomes, exampleStories } from './example-stories.ts'

export const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '</script><script>alert(1)</script>',
  '" onload="alert(1)" \'',
  '\u001b[31mred\u001b[0m\u0007\u0000\u0008',
  ']]><x>&amp;&#x1b;',
  '::error title=x::y',
  '\n::error::z\r\n::stop-commands::t',
  'a | b || c',
  '`rm -rf` ```',
  '<!-- hidden',
  '@octocat @org/team',
  '[x](javascript:alert(1)) ![y](http://evil.example/z.png)',
  'https://evil.example/ www.evil.example mail@evil.example',
  '\n\n# heading\n- item\n1. one',
  '**bold** __under__ ~~gone~~ $x$ :bomb: #1 GH-2 \\',
  '\ud800 \u202egnirts',
] as const

const NAMED = new Set(['variant', 'title', 'sentence', 'change', 'label', 'text', 'lost', 'shape', 'purchase', 'rule'])

function spoil<T>(value: T, hostile: string): T {
  return JSON.parse(JSON.stringify(value), (key, part: unknown) =>
    typeof part === 'string' && NAMED.has(key) ? `${part}${hostile}` : part,
  ) as T
}

export function hostileRun(hostile: string): ReportedRun {
  const example = exampleResult()
  const variants = spoil(example.variants, hostile).map((variant) => ({
    ...variant,
    name: `${variant.name}${hostile}`,
    reasons: [...variant.reasons, hostile],
    gremlins: variant.gremlins.map((gremlin) => ({ ...gremlin, name: `${gremlin.name}${hostile}` })),
    expectations: [
      { expectation: hostile, holds: false, inconclusive: null },
      { expectation: 'all-or-nothing holds', holds: false, inconclusive: hostile },
    ],
  }))
  const result = {
    ...example,
    scenario: hostile,
    title: hostile,
    flags: ['--file', hostile],
    baseCurrency: 'USD',
    error: hostile,
    interrupted: hostile,
    variants,
  }
  return { result, details: { stories: spoil(exampleStories(), hostile), outcomes: spoil(exampleOutcomes(), hostile) } }
}
