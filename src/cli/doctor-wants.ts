/** Checks of what a run can do without: proxies, terminal, set-up, charts, a browser. */

import type { Check, Finding, Machine } from './doctor-machine.ts'

/** What the dashboard is drawn for: usable in the first, comfortable in the second. */
const LEAST = { columns: 80, rows: 24 }
const COMFORTABLE = { columns: 120, rows: 36 }
/** The lab speaks HTTP, so these are the ones that programs would follow. */
const PROXIES = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']
const LOOPBACK = '127.0.0.1'

type Measured = Finding['measured']
const fine = (says: string, measured: Measured): Finding => ({ severity: 'fine', says, todo: null, measured })
const worksBut = (says: string, todo: string, measured: Measured): Finding => ({
  severity: 'works-but',
  says,
  todo,
  measured,
})

export const proxy: Check = {
  name: 'proxy',
  look(machine) {
    // Only names: an address may hold a password.
    const found = PROXIES.filter((name) => machine.variable(name))
    const measured = { variables: found.join(' '), excepted: exceptsLoopback(machine) }
    if (found.length === 0) return fine('none set', measured)
    const names = found.join(' and ')
    if (measured.excepted) return fine(`${names} set; ${LOOPBACK} is excepted by NO_PROXY`, measured)
    const says = `${names} set: curl and programs of your own would ask the proxy for ${LOOPBACK}`
    return worksBut(says, `export NO_PROXY=${LOOPBACK},localhost no_proxy=${LOOPBACK},localhost`, measured)
  },
}

/** By its name alone: not every program reads ranges such as 127.0.0.0/8. */
function exceptsLoopback(machine: Machine): boolean {
  const listed = [machine.variable('NO_PROXY'), machine.variable('no_proxy')].flatMap((value) => (value ? [value] : []))
  // Some programs read one name, some the other: a variable that is there must say it.
  const entries = listed.map((value) => value.split(/[\s,]+/))
  return listed.length > 0 && entries.every((words) => words.includes('*') || words.includes(LOOPBACK))
}

export const terminal: Check = {
  name: 'terminal',
  look(machine) {
    const facts = machine.terminal()
    if (!facts) return fine('the output is no terminal: phase lines in place of the dashboard', { columns: null })
    const { columns, rows } = facts
    const measured = { columns, rows }
    const says = `${columns}x${rows}`
    const fits = (size: typeof LEAST) => columns >= size.columns && rows >= size.rows
    if (fits(COMFORTABLE)) return fine(says, measured)
    const recommended = `${COMFORTABLE.columns}x${COMFORTABLE.rows}`
    if (fits(LEAST)) return fine(`${says}: enough for the dashboard; ${recommended} shows more`, measured)
    const todo = `make the window larger or its letters smaller: ${recommended} is best`
    return worksBut(`${says}: too small for the dashboard, which needs ${LEAST.columns}x${LEAST.rows}`, todo, measured)
  },
}

export const colors: Check = {
  name: 'colours',
  look(machine) {
    const facts = machine.terminal()
    if (!facts) return fine('the output is no terminal: none are used', { colorBits: null })
    const { colorBits } = facts
    const measured = { colorBits }
    if (machine.variable('TERM') === 'dumb') {
      const todo = 'use another terminal, or set TERM to what this one is, such as xterm-256color'
      return worksBut('TERM=dumb: nothing can be redrawn, so no dashboard', todo, measured)
    }
    if (machine.variable('NO_COLOR')) return fine('NO_COLOR is set: none are used, and nothing is lost', measured)
    if (colorBits > 1) return fine(`${(2 ** colorBits).toLocaleString('en-US')} colours`, measured)
    const todo = 'if it can show colours, set TERM to what it is, such as xterm-256color'
    return worksBut('the terminal says that it has none; everything can be read without', todo, measured)
  },
}

export const letters: Check = {
  name: 'letters',
  look(machine) {
    // The C library's order: the first that is set counts.
    const name = ['LC_ALL', 'LC_CTYPE', 'LANG'].find((each) => machine.variable(each))
    const locale = (name && machine.variable(name)) ?? null
    const measured = { locale }
    if (machine.platform === 'win32') return fine('Windows Terminal shows all of them', measured)
    if (!machine.terminal()) return fine('the output is no terminal: UTF-8 is written', measured)
    if (locale && /utf-?8/i.test(locale)) return fine(`UTF-8 (${name}=${locale})`, measured)
    const says = `${name ? `${name}=${locale}` : 'no locale is set'}: lines and sparklines may come out as other signs`
    return worksBut(says, 'export LC_ALL=C.UTF-8, or another locale with UTF-8', measured)
  },
}

export const packages: Check = {
  name: 'packages',
  async look(machine) {
    const checkout = await machine.checkout()
    const measured = { installed: checkout?.installed ?? true }
    if (!checkout) return fine('installed as a package', measured)
    if (checkout.installed) return fine('node_modules holds what package-lock.json asks for', measured)
    const says = 'node_modules is not what package-lock.json asks for, or is of another kind of machine'
    return worksBut(says, 'npm run build (needs a network), or unpack the offline archive again', measured)
  },
}

export const built: Check = {
  name: 'build',
  async look(machine) {
    const checkout = await machine.checkout()
    const measured = { built: checkout?.built ?? true }
    if (!checkout) return fine('dist/ came with the package', measured)
    if (checkout.built) return fine('dist/ is what the sources say', measured)
    return worksBut('dist/ is older than the sources: what runs is not what you read', 'npm run build', measured)
  },
}

export const charts: Check = {
  name: 'charts',
  async look(machine) {
    const drawn = await machine.draw()
    if ('fault' in drawn) {
      const todo = 'install the packages again; report.html needs none of it'
      return worksBut(`no PNG charts: ${drawn.fault}`, todo, { draws: false, fonts: null })
    }
    const measured = { draws: true, fonts: drawn.fonts }
    if (drawn.fonts > 0) return fine(`PNG charts can be drawn; ${drawn.fonts} fonts`, measured)
    const todo = 'install a font, such as fonts-dejavu-core; report.html needs none'
    return worksBut('no PNG charts: there is no font for their text', todo, measured)
  },
}

export const chromium: Check = {
  name: 'chromium',
  async look(machine) {
    if (!(await machine.checkout())) return fine('needed by the tests of a checkout only', { found: null })
    const found = machine.findChromium()
    if (found !== null) return fine(`${found}, for tests of reports`, { found })
    const todo = 'only for development: install chromium, or set FAULTLINE_CHROMIUM'
    return worksBut('not found: tests of reports in a browser are left out', todo, { found })
  },
}
