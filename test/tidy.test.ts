/** Style as a test. Each rule is first shown something that it must find, since a check that cannot fail proves nothing. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { findCatalogueGaps, findMissingPages, KINDS } from './tidy/catalogues.ts'
import { findForeignImports, findWorldlyCode, PROCESS_ENTRIES } from './tidy/folders.ts'
import { findBadPackages, findTrackedOutput } from './tidy/packages.ts'
import { importsOf, readProject, type Source, strip } from './tidy/source.ts'
import {
  findBadNames,
  findBarrels,
  findLeftovers,
  findLongFiles,
  findMachineTraces,
  findSilentCatches,
  findSwitchedOffTests,
} from './tidy/style.ts'

const ROOT = path.dirname(import.meta.dirname)
const project = readProject(ROOT)

const file = (at: string, ...lines: string[]): Source => ({ path: at, text: `${lines.join('\n')}\n` })

describe('the scanner', () => {
  it('hides strings, comments and regular expressions, and keeps lines and columns', () => {
    const text = "const a = 'Date.now()' // Date.now()\nconst b = /Date.now()[/']/g\n/* Date\n.now */ c('it\\'s')\n"
    const { code, comments } = strip(text)
    expect(code).toBe(
      "const a = '          '              \nconst b = /              /g\n       \n        c('     ')\n",
    )
    expect(comments.replaceAll(' ', '')).toBe('//Date.now()\n\n/*Date\n.now*/\n')
    expect(code).toHaveLength(text.length)
  })

  it('sees the code inside a template, however deep, and nothing of its text', () => {
    const code = strip('`Date ${ { a: `x ${Date.now()} y` } } now()` + Math.random()').code
    expect(code).toContain('Date.now()')
    expect(code).toContain('Math.random()')
    expect(code).not.toContain('x')
    expect(code.match(/now/g)).toHaveLength(1)
  })

  it('tells a division and a closing tag from a regular expression', () => {
    expect(strip('const a = b / c; setTimeout(d / e)').code).toContain('setTimeout')
    expect(strip('<p>{a}</p>; setTimeout(f); <br />').code).toContain('setTimeout')
  })

  it('finds every form of import, with its line', () => {
    const source = file(
      'src/cli/x.ts',
      "import { a } from './a.ts'",
      'import type {',
      '  B,',
      "} from './b.ts'",
      "export * from './c.ts'",
      "const d = await import('./d.ts')",
      "fork(new URL('../scenarios/e.ts', import.meta.url), new URL('http://127.0.0.1'))",
      "// import './f.ts'",
      "import './g.ts'",
    )
    expect(importsOf(source).map(({ from, typeOnly, line }) => [from, typeOnly, line])).toEqual([
      ['./a.ts', false, 1],
      ['./b.ts', true, 4],
      ['./c.ts', false, 5],
      ['./d.ts', false, 6],
      ['../scenarios/e.ts', false, 7],
      ['./g.ts', false, 9],
    ])
  })

  it('reads the whole project', () => {
    const paths = project.map((source) => source.path)
    expect(paths).toEqual(expect.arrayContaining(['src/core/call.ts', 'test/tidy.test.ts', 'package.json', '.ci/run']))
    expect(paths.filter((at) => /node_modules|^dist\//.test(at))).toEqual([])
  })
})

describe('the dependency rule', () => {
  it.each([
    ['src/core/x.ts', '../traffic/mix.ts'],
    ['src/gremlins/x.ts', '../services/bank.ts'],
    ['src/patterns/policies/x.ts', '../../gremlins/outage.ts'],
    ['src/runtime/real/x.ts', '../../scenarios/progress.ts'],
    ['src/scenarios/x.ts', '../cli/main.ts'],
    ['src/scenarios/x.ts', '../report/html.ts'],
    ['src/cli/x.ts', '../runtime/real/wire.ts'],
    ['src/report/x.ts', '../../scripts/lock.mjs'],
    ['src/elsewhere/x.ts', '../core/call.ts'],
    ['src/audit/x.ts', 'node:fs/promises'],
    ['src/scenarios/x.ts', 'node:child_process'],
    ['src/services/x.ts', 'node:timers/promises'],
    ['src/services/x.ts', 'fastify'],
    ['src/report/x.ts', 'undici'],
    ['src/core/x.ts', 'zod'],
    ['src/audit/x.test.ts', '../services/bank.ts'],
  ])('refuses %s importing %s', (from, target) => {
    expect(findForeignImports([file(from, `import { x } from '${target}'`)])).toHaveLength(1)
    expect(findForeignImports([file(from, `const x = await import('${target}')`)])).toHaveLength(1)
  })

  it.each<[string, string]>([
    ['src/gremlins/x.ts', '../core/call.ts'],
    ['src/patterns/policies/x.ts', '../workflows/sequential.ts'],
    ['src/scenarios/x.ts', '../runtime/real/wire.ts'],
    ['src/cli/commands/x.ts', '../../report/html.ts'],
    ['src/cli/x.ts', '../../package.json'],
    ['src/runtime/real/x.ts', 'node:net'],
    ['src/report/x.ts', 'node:module'],
    ['src/services/x.ts', 'zod'],
    ['src/audit/x.test.ts', 'node:fs'],
    ['src/audit/x.test.ts', '../../test/support/fake-env.ts'],
    ...PROCESS_ENTRIES.map((entry): [string, string] => [entry, 'node:process']),
  ])('allows %s importing %s', (from, target) => {
    expect(findForeignImports([file(from, `import { x } from '${target}'`)])).toEqual([])
  })

  it('lets core use the types of a library', () => {
    expect(findForeignImports([file('src/core/x.ts', "import type { ZodType } from 'zod'")])).toEqual([])
  })

  it('holds', () => expect(findForeignImports(project)).toEqual([]))
})

describe('time, chance and the machine', () => {
  it.each([
    'const now = Date.now()',
    'const now = new Date()',
    'const now = new Date',
    'const now = Date()',
    'const { now } = Date',
    "const now = Date['now']()",
    'const t = performance.now()',
    'const luck = Math.random()',
    'const { random } = Math',
    "import { randomUUID } from 'node:crypto'",
    'crypto.getRandomValues(bytes)',
    'setTimeout(go, 10)',
    'const id = `${setInterval(go, 10)}`',
    'const later = setImmediate',
    'const signal = AbortSignal.timeout(10)',
  ])('refuses %s, in tests too', (line) => {
    for (const at of ['src/services/x.ts', 'src/services/x.test.ts', ...PROCESS_ENTRIES]) {
      expect(findWorldlyCode([file(at, '', line)])[0]).toMatch(`${at}:2: `)
    }
    expect(findWorldlyCode([file('src/runtime/real/x.ts', line), file('src/cli/x.ts', line)])).toEqual([])
  })

  it.each([
    'process.exit(1)',
    'const { env } = process',
    "process['exit']()",
    'globalThis.setTimeout(go)',
    'console.log(a)',
    "const answer = await fetch('http://127.0.0.1')",
  ])('refuses %s', (line) => {
    expect(findWorldlyCode([file('src/scenarios/x.ts', line)])).not.toEqual([])
    expect(findWorldlyCode([file('src/runtime/x.ts', line)])).toEqual([])
  })

  it.each([
    'const at = new Date(atMs)',
    'const at = new Date(row.at).toISOString()',
    'const most = Math.max(a, b)',
    '// Date.now() would be wrong here',
    "const text = 'setTimeout'",
    'run.process()',
    'const processed = preprocess(row)',
    'socket.setTimeout(0)',
    'await clock.sleep(10)',
  ])('allows %s', (line) => {
    expect(findWorldlyCode([file('src/audit/x.ts', line)])).toEqual([])
  })

  it('are touched by runtime/ and cli/ only', () => expect(findWorldlyCode(project)).toEqual([]))
})

describe('style', () => {
  it('finds files that are too long', () => {
    const long = (at: string, lines: number) => file(at, ...Array.from({ length: lines }, () => 'a()'))
    expect(findLongFiles([long('src/a.ts', 221), long('src/a.test.ts', 401), long('test/e2e/a.ts', 401)])).toHaveLength(
      3,
    )
    expect(findLongFiles([long('src/a.ts', 220), long('src/a.test.ts', 400), long('docs/a.md', 999)])).toEqual([])
    expect(findLongFiles(project)).toEqual([])
  })

  it.each([
    'src/core/fooBar.ts',
    'src/Core/foo.ts',
    'src/core/foo_bar.ts',
    'src/core/utils.ts',
    'src/core/call-helpers.ts',
    'src/helpers/a.ts',
    'src/core/run-manager.ts',
  ])('refuses the name %s', (at) => expect(findBadNames([file(at)])).toHaveLength(1))

  it('has names in kebab case that say something', () => {
    expect(findBadNames([file('src/core/run-folder.test.ts'), file('vitest.config.ts'), file('bin/a.js')])).toEqual([])
    expect(findBadNames(project)).toEqual([])
  })

  it('has no barrels', () => {
    const barrel = file(
      'src/core/all.ts',
      '/** All. */',
      "export * from './a.ts'",
      'export {',
      '  b,',
      "} from './b.ts'",
    )
    const disguised = file('src/core/both.ts', "import { a } from './a.ts'", 'export { a }')
    expect(findBarrels([barrel, disguised, file('src/core/index.ts', 'export const a = 1')])).toHaveLength(3)
    expect(findBarrels([file('src/a.ts', "import { a } from './a.ts'", 'export const b = a')])).toEqual([])
    expect(findBarrels(project)).toEqual([])
  })

  it.each([
    '// TODO: later',
    '/* FIXME */',
    '// @ts-ignore',
    '// @ts-expect-error no',
    '// biome-ignore lint: no',
    '/* v8 ignore next */',
  ])('refuses the comment %s', (line) => {
    expect(findLeftovers([file('src/a.ts', 'a()', line)])[0]).toMatch('src/a.ts:2: ')
    expect(findLeftovers([file('src/a.ts', `const text = '${line}'`)])).toEqual([])
  })

  it('has no notes to oneself and no switched-off checks', () => expect(findLeftovers(project)).toEqual([]))

  it.each([
    "it.skip('a', b)",
    "describe.only('a', b)",
    "test.concurrent.skip('a', b)",
    "it.todo('a')",
    "xit('a', b)",
    "it.skipIf(c)('a', b)",
  ])('refuses %s', (line) => expect(findSwitchedOffTests([file('src/a.test.ts', line)])).toHaveLength(1))

  it('swallows no error without saying why', () => {
    expect(
      findSilentCatches([file('src/a.ts', 'try { a() } catch {}', 'try { b() } catch (error) {', '}')]),
    ).toHaveLength(2)
    expect(findSilentCatches([file('src/a.ts', 'try { a() } catch {', '// Gone already.', '}')])).toEqual([])
    expect(findSilentCatches(project)).toEqual([])
  })

  it('runs all its tests', () => {
    expect(findSwitchedOffTests([file('src/a.test.ts', "it.each([1])('a', b)", 'list.only(1)')])).toEqual([])
    // Only where there may be no browser, or no terminal.
    const where = (name: string) => file(`test/${name}.ts`, "describe.skipIf(c)('a', b)")
    const allowed = [where('browser/a.test'), where('support/pseudo-terminal')]
    expect(findSwitchedOffTests([...allowed, where('e2e/a.test'), where('support/a')])).toEqual([
      expect.stringContaining('test/e2e/'),
      expect.stringContaining('test/support/a'),
    ])
    expect(findSwitchedOffTests(project)).toEqual([])
  })

  it('names no machine and no registry', () => {
    const traces = [
      file('src/a.ts', `const a = '${['', 'work', 'main'].join('/')}'`),
      file('docs/a.md', `see ${['', 'root', 'x'].join('/')}`),
      file('src/b.ts', `const b = '${['', 'tmp', 'x'].join('/')}'`),
      file('.npmrc', `${'registry'}=https://example.org/`),
      file('package-lock.json', `"resolved": "https://${'registry'}.example.org/a.tgz"`),
    ]
    for (const trace of traces) expect(findMachineTraces([trace]), trace.text).toHaveLength(1)
    expect(findMachineTraces([file('src/a.ts', "const a = 'docs/work/x'", "get('/orders')")])).toEqual([])
    expect(findMachineTraces(project)).toEqual([])
  })
})

describe('one file, one line', () => {
  const kinds = KINDS.filter(({ folder }) => folder === 'src/gremlins')
  const gremlin = file(
    'src/gremlins/lost-mail.ts',
    'export const lostMail: Gremlin<Options> = {',
    "  name: 'lost-mail',",
    '}',
  )
  const test = file('src/gremlins/lost-mail.test.ts', "import { lostMail } from './lost-mail.ts'")
  const part = file('src/gremlins/coin.ts', 'export function toss(gremlin: Gremlin): boolean {', '}')
  const catalogue = file(
    'src/gremlins/catalogue.ts',
    "import { lostMail } from './lost-mail.ts'",
    'export const GREMLINS: Readonly<Record<string, Gremlin>> = {',
    "  'lost-mail': lostMail,",
    '}',
  )

  it('is content with a member that has both and a test', () => {
    expect(findCatalogueGaps([gremlin, test, part, catalogue], kinds)).toEqual([])
  })

  it('takes the line of a name that begins with a digit, and no other name than its own', () => {
    const numbered = file(gremlin.path, gremlin.text.replace("'lost-mail'", "'3rd-class'"))
    const line = (key: string) => file(catalogue.path, catalogue.text.replace("'lost-mail':", `'${key}':`))
    expect(findCatalogueGaps([numbered, test, line('3rd-class')], kinds)).toEqual([])
    expect(findCatalogueGaps([numbered, test, line('2nd-class')], kinds)).toHaveLength(1)
    expect(findCatalogueGaps([numbered, test, line('lost-mail')], kinds)).toHaveLength(1)
  })

  it('takes such a name for the file as well, and no other', () => {
    const own = file('src/gremlins/3rd-class.ts', gremlin.text.replace("'lost-mail'", "'3rd-class'"))
    const sourcesAt = (at: string) => [
      file(at, own.text),
      file(at.replace('.ts', '.test.ts'), test.text.replace('lost-mail.ts', path.posix.basename(at))),
      file(
        catalogue.path,
        catalogue.text
          .replace("'lost-mail':", "'3rd-class':")
          .replace('./lost-mail.ts', `./${path.posix.basename(at)}`),
      ),
    ]
    expect(findCatalogueGaps(sourcesAt(own.path), kinds)).toEqual([])
    expect(findCatalogueGaps(sourcesAt('src/gremlins/2nd-class.ts'), kinds)).toHaveLength(1)
  })

  it.each([
    ['a catalogue', [gremlin, test]],
    ['its line', [gremlin, test, file(catalogue.path, "import { lostMail } from './lost-mail.ts'")]],
    [
      'its line under its own name',
      [gremlin, test, file(catalogue.path, catalogue.text.replace("'lost-mail':", "'lost':"))],
    ],
    ['its import', [gremlin, test, file(catalogue.path, 'export const GREMLINS = {', '}')]],
    ['a test', [gremlin, part, catalogue]],
    [
      'a file that defines it',
      [gremlin, test, part, file(catalogue.path, "import { toss } from './coin.ts'", catalogue.text)],
    ],
    [
      'the name of its file',
      [gremlin, test, catalogue].map((source) => file(source.path, source.text.replaceAll('lostMail', 'lostPost'))),
    ],
  ])('misses %s', (_, sources) => {
    expect(findCatalogueGaps(sources, kinds)).toHaveLength(1)
  })

  it('holds for gremlins, policies, workflows, invariants and services', () => {
    expect(findCatalogueGaps(project)).toEqual([])
  })

  it('has a page for every scenario and every policy', () => {
    const policy = file('src/patterns/policies/patience.ts', 'export const patience: Policy<Options> = {', '}')
    const scenarios = [
      file('scenarios.yaml', 'scenarios:', '  calm: {}'),
      file('scenarios.yaml', 'scenarios:', '  - name: calm'),
    ]
    for (const source of scenarios) {
      expect(findMissingPages([source, policy])).toEqual([
        'docs/scenarios/calm.md: is missing',
        'docs/patterns/patience.md: is missing',
      ])
      expect(
        findMissingPages([source, policy, file('docs/scenarios/calm.md'), file('docs/patterns/patience.md')]),
      ).toEqual([])
    }
    expect(findMissingPages([])).toHaveLength(1)
    expect(findMissingPages(project)).toEqual([])
  })
})

describe('what is installed and kept', () => {
  it('comes from any registry, is complete, and only Node runs a script', () => {
    const entries = {
      'node_modules/a': { resolved: 'https://example.org/a.tgz' },
      'node_modules/b': { hasInstallScript: true },
      'node_modules/node': { hasInstallScript: true },
      'node_modules/c': { optionalDependencies: { 'c-linux': '1.0.0', 'c-darwin': '1.0.0', 'c-win32': '1.0.0' } },
      'node_modules/c-linux': {},
      'node_modules/c/node_modules/c-darwin': {},
    }
    expect(findBadPackages(JSON.stringify({ packages: entries }))).toHaveLength(3)
    expect(findBadPackages(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'))).toEqual([])
  })

  it('holds nothing that is made by a program', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'faultline-tidy-'))
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder })
    git('init', '-q')
    writeFileSync(path.join(folder, '.gitignore'), 'made/\n')
    mkdirSync(path.join(folder, 'made'))
    writeFileSync(path.join(folder, 'made', 'a.js'), '')
    expect(findTrackedOutput(folder)).toEqual([])
    git('add', '-f', '.')
    expect(findTrackedOutput(folder)).toEqual(['made/a.js'])
    rmSync(folder, { recursive: true })
    // Only the first ones: there may be thousands.
    expect(findTrackedOutput(ROOT).slice(0, 3)).toEqual([])
  })
})
